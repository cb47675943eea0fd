package contract

// Preview is what an administrator who synced an answer would be shown, as far
// as WHMCS documents it: services of WHMCS that are not in the list are shown as
// missing on the server, services whose data differ as changed, and accounts
// without a service as new. WHMCS is taken to hold exactly the accounts of the
// list the module gives when everything works.
//
// Rows are matched by their uniqueIdentifier. What WHMCS does not document about
// that is not guessed: such rows are in none of the three counts, and Unclear
// counts them.
type Preview struct {
	// Held is how many services WHMCS would hold, Listed how many accounts the
	// answer lists.
	Held   int `json:"held"`
	Listed int `json:"listed"`
	// Missing, Changed and New count rows; the lists beside them hold the first
	// MaxPreviewRows of them, in the order of the good list and of the answer.
	Missing     int             `json:"missing"`
	MissingRows []string        `json:"missingRows,omitempty"`
	Changed     int             `json:"changed"`
	ChangedRows []PreviewChange `json:"changedRows,omitempty"`
	New         int             `json:"new"`
	NewRows     []string        `json:"newRows,omitempty"`
	// Unclear counts the rows nothing can be said about, and Notes says why.
	Unclear int      `json:"unclear,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// PreviewChange is one service whose data differ from the answer's.
type PreviewChange struct {
	ID string `json:"id"`
	// Fields are the compared fields that differ.
	Fields []string `json:"fields"`
}

// MaxPreviewRows is how many rows of each kind a preview names.
const MaxPreviewRows = 10

// ComparedFields lists the account keys WHMCS documents to compare with the
// service and to write to it when it is synced, in the documentation's order.
func ComparedFields() []string {
	return []string{FieldDomain, FieldPrimaryIP, FieldUsername, FieldProduct, FieldStatus, FieldCreated}
}
