package transcript

// Shard says which parts of a plan that was divided are in a transcript.
type Shard struct {
	// Of is how many parts there are, and Parts those that are here, from 1.
	Of    int   `json:"of"`
	Parts []int `json:"parts"`
}

// Missing are the parts of the plan that are not in the transcript.
func (t *Transcript) Missing() []int {
	s := t.Header.Shard
	if s == nil {
		return nil
	}
	here := map[int]bool{}
	for _, part := range s.Parts {
		here[part] = true
	}
	var missing []int
	for part := 1; part <= s.Of; part++ {
		if !here[part] {
			missing = append(missing, part)
		}
	}
	return missing
}
