package report

import (
	"testing"

	"syncproof/internal/contract"
)

func TestFaultFlags(t *testing.T) {
	for fault, want := range map[string]string{
		"":                               "",
		"total-more":                     " --fault total-more",
		"html-login@3":                   " --fault html-login@3",
		"bom-json@all":                   " --fault bom-json@all",
		"leaf-null@2:data.4.eMail":       " --fault leaf-null@2:data.4.eMail",
		"leaf-null@2:r.row.0.@next%20id": " --fault leaf-null@2:r.row.0.@next%20id",
		"leaf-null@2:data; rm -rf ~":     "",
		"leaf-null@2:$(id)":              "",
		"leaf-null@all:data":             "",
		"html-login@2\n":                 "",
	} {
		if got := faultFlags([]contract.Finding{{Fault: fault}}); got != want {
			t.Errorf("%q: got %q, want %q", fault, got, want)
		}
	}
}
