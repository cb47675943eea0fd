package transcript

// Library is a library that WHMCS brings along as well, by the first part of its
// classes' names.
type Library struct {
	Name string `json:"name"`
	// Class is one of its classes that was loaded, and File where from: one of the
	// module's own folder where there was one, then Bundled is set.
	Class   string `json:"class"`
	File    string `json:"file"`
	Bundled bool   `json:"bundled,omitempty"`
	// Version is known of Guzzle only.
	Version string `json:"version,omitempty"`
}

// Source is what was read in the module's own files, which shows in no call.
type Source struct {
	Tries   []Try    `json:"tries,omitempty"`
	Clients []Client `json:"clients,omitempty"`
}

// Try is one try statement.
type Try struct {
	File    string  `json:"file"`
	Line    int     `json:"line"`
	Catches []Catch `json:"catches"`
}

// Catch is one class that it catches.
type Catch struct {
	// Name is the class as it is written there, and Class what PHP makes of it.
	Name  string `json:"name"`
	Class string `json:"class"`
	Line  int    `json:"line"`
	// Missing says that there is no such class, while one of PHP's own has the name:
	// the file has a namespace and does not import it.
	Missing bool `json:"missing,omitempty"`
}

// Client is a Guzzle client that is given options of former versions.
type Client struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Options are the names of all the options it is given.
	Options []string `json:"options"`
}
