package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"syncproof/internal/secret"
)

// FormatVersion is the version of _syncproof in the files this package writes.
const FormatVersion = 1

// File is a recording as it is stored: a module's conversations with one server,
// without a secret in them.
type File struct {
	// Module is the module's name, and Tool what wrote the file.
	Module, Tool string
	// Empty says that the server had no accounts.
	Empty bool
	// Accounts is how many accounts the module listed.
	Accounts int
	// Params are the server parameters the module was called with.
	Params map[string]any
	// Secrets names those of Params that are secrets.
	Secrets []string
	// Volatile names the fields that need not match; see Conversation.
	Volatile []string
	// Conversations were made one after the other. The first is the one that is
	// replayed; the others show what differs from time to time.
	Conversations []*Conversation
}

// Canaries are what stands in the file in place of the server's secrets, by
// name.
func (f *File) Canaries() map[string]string {
	all := map[string]string{}
	for _, name := range f.Secrets {
		if value, ok := f.Params[name].(string); ok && value != "" {
			all[name] = value
		}
	}
	return all
}

// Conversation is the one to replay to a module that is called with secrets of
// its own, by name, which stand where the file has canaries. nil when it is
// called with the file's parameters.
func (f *File) Conversation(secrets map[string]string) *Conversation {
	c := &Conversation{Volatile: f.Volatile}
	if len(f.Conversations) > 0 {
		c.Entries = f.Conversations[0].Entries
	}
	canaries := f.Canaries()
	c.swap = newSwap(secrets, canaries, f.user())
	c.hide = secret.New(secrets)
	return c
}

func (f *File) user() string {
	user, _ := f.Params["serverusername"].(string)
	return user
}

// MaxSize is how large a recording may be, in bytes.
const MaxSize = 256 << 20

var errSize = fmt.Errorf("the recording is larger than %d MiB", MaxSize>>20)

// Encode writes the recording as an HTTP Archive 1.2. The same recording always
// gives the same bytes.
func (f *File) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(archive{Log: f.log()}); err != nil {
		return nil, fmt.Errorf("writing the recording: %w", err)
	}
	if b.Len() > MaxSize {
		return nil, errSize
	}
	return b.Bytes(), nil
}

// Save writes a file that only its owner may read, whole or not at all.
func Save(path string, content []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing the recording %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing the recording %s: %w", path, errors.Join(err, os.Remove(temp.Name())))
		}
	}()
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	// Temporary files are made for their owner alone, and stay so.
	return os.Rename(temp.Name(), path)
}

// Load reads a recording. Its error is for the user and names the place.
func Load(path string) (*File, error) {
	in, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no recording %s; make one with: syncproof record MODULE --output %s", path, path)
	}
	if err != nil {
		return nil, fmt.Errorf("the recording %s cannot be read: %w", path, err)
	}
	defer in.Close()
	raw, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err == nil && len(raw) > MaxSize {
		err = errSize
	}
	if err != nil {
		return nil, fmt.Errorf("the recording %s cannot be read: %w", path, err)
	}
	f, err := Decode(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}
