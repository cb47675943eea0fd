package transcript

import "strings"

// Varied says that what the module found in the session was varied on purpose,
// so that only the rules about that judge it.
func (s *Session) Varied() bool { return strings.HasPrefix(s.ID, VariantPrefix) }
