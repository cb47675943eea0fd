package stubpanel

import (
	"encoding/xml"
	"net/http"
	"time"
)

// rpcCall is a request of the XML-RPC API.
type rpcCall struct {
	XMLName xml.Name   `xml:"methodCall"`
	Method  string     `xml:"methodName"`
	Params  []rpcValue `xml:"params>param>value"`
}

// rpcValue is a value; text without a type is a string.
type rpcValue struct {
	Bare   string     `xml:",chardata"`
	String *string    `xml:"string"`
	Int    *int       `xml:"int"`
	I4     *int       `xml:"i4"`
	Date   *string    `xml:"dateTime.iso8601"`
	Struct *rpcStruct `xml:"struct"`
	Array  *rpcArray  `xml:"array"`
}

type rpcStruct struct {
	Members []rpcMember `xml:"member"`
}

type rpcMember struct {
	Name  string   `xml:"name"`
	Value rpcValue `xml:"value"`
}

type rpcArray struct {
	Data rpcData `xml:"data"`
}

type rpcData struct {
	Values []rpcValue `xml:"value"`
}

type rpcResponse struct {
	XMLName xml.Name   `xml:"methodResponse"`
	Params  []rpcValue `xml:"params>param>value,omitempty"`
	Fault   *rpcFault  `xml:"fault"`
}

type rpcFault struct {
	Value rpcValue `xml:"value"`
}

// Codes of the XML-RPC API's faults.
const (
	rpcNotWellFormed = -32700
	rpcNoMethod      = -32601
	rpcBadParams     = -32602
	rpcRefused       = 401
)

// answerXMLRPC answers accounts.list(user name, password, offset, limit). Every
// refusal is a fault with status 200, as XML-RPC asks.
func (p *panel) answerXMLRPC(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "Calls are sent with POST.", http.StatusMethodNotAllowed)
		return
	}
	var call rpcCall
	if err := readXML(r.Body, &call); err != nil {
		writeRPCFault(w, rpcNotWellFormed, "The call is not well formed.")
		return
	}
	if call.Method != "accounts.list" {
		writeRPCFault(w, rpcNoMethod, "There is no such method.")
		return
	}
	p.answerRPCList(w, call.Params)
}

func (p *panel) answerRPCList(w http.ResponseWriter, params []rpcValue) {
	if len(params) != 4 {
		writeRPCFault(w, rpcBadParams, "accounts.list takes a user name, a password, an offset and a limit.")
		return
	}
	offset, okOffset := params[2].number()
	limit, okLimit := params[3].number()
	switch {
	case !same(params[0].text(), p.credentials.Username) || !same(params[1].text(), p.credentials.Password):
		writeRPCFault(w, rpcRefused, "The user name or the password is wrong.")
	case !okOffset || !okLimit || offset < 0 || limit < 1:
		writeRPCFault(w, rpcBadParams, "The offset counts from 0 and the limit from 1.")
	default:
		writeRPC(w, rpcResponse{Params: []rpcValue{p.rpcPage(offset, limit)}})
	}
}

func (v rpcValue) text() string {
	if v.String != nil {
		return *v.String
	}
	return v.Bare
}

func (v rpcValue) number() (int, bool) {
	for _, n := range []*int{v.Int, v.I4} {
		if n != nil {
			return *n, true
		}
	}
	return 0, false
}

func (p *panel) rpcPage(offset, limit int) rpcValue {
	accounts := []rpcValue{}
	for _, a := range window(p.fleet, offset, min(limit, p.maxPage)) {
		accounts = append(accounts, rpcView(a))
	}
	return structure(
		rpcMember{"total", rpcInt(len(p.fleet))}, rpcMember{"offset", rpcInt(offset)}, rpcMember{"accounts", rpcList(accounts)},
	)
}

// rpcView leaves out what the panel does not know: XML-RPC has no null.
func rpcView(a Account) rpcValue {
	addresses := []rpcValue{}
	for _, v4 := range a.IPv4 {
		addresses = append(addresses, rpcString(v4))
	}
	members := []rpcMember{
		{"id", rpcInt(a.ID)}, {"login", rpcString(a.Login)}, {"domain", rpcString(a.Domain)}, {"state", rpcString(a.State)},
		{"ipv4", rpcList(addresses)},
	}
	if a.Email != "" {
		members = append(members, rpcMember{"email", rpcString(a.Email)})
	}
	if a.Plan != "" {
		members = append(members, rpcMember{"plan", rpcString(a.Plan)})
	}
	if created, err := time.Parse(time.RFC3339, a.CreatedAt); err == nil {
		// The type has no zone; this panel's times are UTC.
		date := created.UTC().Format("20060102T15:04:05")
		members = append(members, rpcMember{"created", rpcValue{Date: &date}})
	}
	return structure(members...)
}

func rpcString(s string) rpcValue { return rpcValue{String: &s} }

func rpcInt(n int) rpcValue { return rpcValue{Int: &n} }

func rpcList(values []rpcValue) rpcValue { return rpcValue{Array: &rpcArray{rpcData{values}}} }

func structure(members ...rpcMember) rpcValue { return rpcValue{Struct: &rpcStruct{members}} }

func writeRPCFault(w http.ResponseWriter, code int, text string) {
	writeRPC(w, rpcResponse{Fault: &rpcFault{structure(
		rpcMember{"faultCode", rpcInt(code)}, rpcMember{"faultString", rpcString(text)},
	)}})
}

func writeRPC(w http.ResponseWriter, response rpcResponse) {
	writeDocument(w, http.StatusOK, "text/xml; charset=utf-8", response)
}
