package transcript

import "syncproof/internal/contract"

// Header describes the run. It holds nothing secret.
type Header struct {
	Version int    `json:"version"`
	Tool    string `json:"tool"`
	// Started is RFC 3339 in UTC.
	Started string `json:"started"`
	Target  Target `json:"target"`
	// Plan names the sessions that were to be made, so that missing ones show.
	Plan []string `json:"plan"`
	// Rules are the ids the plan was made for; empty means every rule.
	Rules []string `json:"rules,omitempty"`
	// Faults are those that were chosen to be played; empty means all.
	Faults []string `json:"faults,omitempty"`
	// Params are the server parameters, secrets replaced.
	Params map[string]any `json:"params,omitempty"`
	// Live says that the vendor named a server the module may talk to.
	Live bool `json:"live"`
	// Reads are requests the vendor declares as reading, each a method and a path
	// in which * stands for any characters.
	Reads []string `json:"reads,omitempty"`
	// Recording names the file a server's answers came from, "" for none.
	Recording string `json:"recording,omitempty"`
	// Panel names the profile of the panel that was played, "" for none.
	Panel string `json:"panel,omitempty"`
	// Policies are what the vendor declares where WHMCS documents nothing.
	Policies contract.Policies `json:"policies,omitzero"`
	// Shard is set where only a part of the plan was carried out.
	Shard *Shard `json:"shard,omitempty"`
	// Rerun is the command line of the run without selectors or secrets.
	Rerun string `json:"rerun,omitempty"`
}

// Target kinds.
const (
	TargetPHP      = "php"
	TargetEndpoint = "endpoint"
	TargetCommand  = "command"
)

// Target names the implementation under test.
type Target struct {
	Kind string `json:"kind"`
	// Ref is the path, address or command as the vendor gave it, without
	// credentials.
	Ref string `json:"ref"`
	// Module is the name that prefixes the module's functions.
	Module string `json:"module"`
}

// Subject holds what can be said of a PHP module's files without running them.
type Subject struct {
	// File is the module's main file, relative to the folder the vendor named.
	File string `json:"file"`
	// Folder is the name of the folder that holds it, "" when it stands alone.
	Folder string `json:"folder,omitempty"`
	Layout string `json:"layout"`
	// Head holds the file's first bytes, base64, enough to see a byte order mark.
	Head []byte `json:"head,omitempty"`
	// Tail holds what follows the last closing tag, nil without such a tag.
	Tail []byte `json:"tail,omitempty"`
	// Encoder names the product that encoded the file, such as ionCube.
	Encoder string `json:"encoder,omitempty"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
}
