//go:build linux

package netns

import "testing"

func TestWhatCouldNotBeCountedIsNotNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		said []notice
		want Ending
		know bool
	}{
		"killed before the program ended": {nil, Ending{}, false},
		"killed while it counted":         {[]notice{{Ended: &Ending{Status: 3}}}, Ending{Status: 3, Leftover: 1}, true},
		"nothing left":                    {[]notice{{Ended: &Ending{Status: 3}}, {Leftover: new(int)}}, Ending{Status: 3}, true},
		"two left":                        {[]notice{{Ended: &Ending{Status: 3}}, {Leftover: number(2)}}, Ending{Status: 3, Leftover: 2}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Cell{reading: true, over: make(chan struct{}), exited: make(chan struct{})}
			for _, n := range tc.said {
				c.take(n, nil)
			}
			close(c.over)
			if got, known := c.Ending(); got != tc.want || known != tc.know {
				t.Errorf("%+v, known %v; want %+v, %v", got, known, tc.want, tc.know)
			}
		})
	}
}

func number(n int) *int { return &n }
