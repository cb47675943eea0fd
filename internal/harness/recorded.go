package harness

import (
	"fmt"

	"syncproof/internal/config"
	"syncproof/internal/recording"
	"syncproof/internal/target/php"
)

// recordings adds to a module's target what was recorded before the run.
func (o *Opened) recordings(cfg config.Config, to *php.Options) error {
	o.Secrets = map[string]string{}
	if cfg.Recording != "" {
		f, err := load(cfg.Recording, false)
		if err != nil {
			return err
		}
		o.Params, o.Secrets = f.Params, f.Canaries()
		to.Recording, to.Live = f.Conversation(o.Secrets), false
	}
	if cfg.EmptyRecording != "" {
		f, err := load(cfg.EmptyRecording, true)
		if err != nil {
			return err
		}
		to.EmptyRecording, o.EmptyParams = f.Conversation(f.Canaries()), f.Params
		for name, value := range f.Canaries() {
			o.Secrets["the empty server's "+name] = value
		}
	}
	return nil
}

// load reads a recording and holds it against what it is given for.
func load(path string, empty bool) (*recording.File, error) {
	f, err := recording.Load(path)
	if err != nil {
		return nil, err
	}
	switch {
	case f.Empty && !empty:
		return nil, fmt.Errorf("%s was recorded from a server without accounts; give it with --empty-recording, "+
			"and record a server that has some for --recording", path)
	case empty && !f.Empty:
		return nil, fmt.Errorf("%s was not recorded as a server without accounts; record one with: syncproof record MODULE --as empty", path)
	}
	return f, nil
}
