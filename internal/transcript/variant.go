package transcript

import "strings"

// Varied says that what the module found in the session was varied on purpose,
// so that only the rules about that judge it.
func (s *Session) Varied() bool {
	for _, prefix := range []string{VariantPrefix, LeafPrefix, PagePrefix} {
		if strings.HasPrefix(s.ID, prefix) {
			return true
		}
	}
	return false
}
