package transcript

import (
	"bytes"
	"compress/gzip"
)

// aside compresses one block while the next one comes: compressing takes as long
// as everything else that happens to an account until it is stored.
type aside struct {
	zipper *gzip.Writer
	packed bytes.Buffer
	// block is the one being compressed, nil when there is none. It is as if it were
	// in memory until settle has stored it.
	block *block
	done  chan error
}

// compress begins to compress a block. Nothing else may be stored before it.
func (f *File) compress(b *block) {
	if f.aside == nil {
		zipper, _ := gzip.NewWriterLevel(nil, zipLevel)
		f.aside = &aside{zipper: zipper, done: make(chan error, 1)}
	}
	a := f.aside
	a.block = b
	go func() {
		a.packed.Reset()
		a.zipper.Reset(&a.packed)
		_, err := a.zipper.Write(b.lines)
		if err == nil {
			err = a.zipper.Close()
		}
		a.done <- err
	}()
}

// settle stores the block that was being compressed. Where that fails the block
// stays in memory.
func (f *File) settle() error {
	if f.aside == nil || f.aside.block == nil {
		return nil
	}
	a := f.aside
	b := a.block
	a.block = nil
	err := <-a.done
	switch {
	case err != nil:
	case f.options.Budget > 0 && f.size+int64(a.packed.Len()) > f.options.Budget:
		err = ErrBudget
	default:
		err = f.place(b, a.packed.Bytes())
	}
	if err != nil {
		b.pack()
	}
	return err
}
