package transcript

// Service is one that WHMCS has: a row of tblhosting.
type Service struct{ Username, Domain string }

// Services are those that the database of WHMCS holds for the server, unless a
// session is to go without; see wrapper/src/Tables.php. They are made up, and no
// panel has accounts of these names.
func Services() []Service {
	return []Service{
		{"spkq7x2v", "spkq7x2v.example.net"},
		{"spwz4m9d", "spwz4m9d.example.net"},
		{"sptb6r3j", "sptb6r3j.example.net"},
	}
}
