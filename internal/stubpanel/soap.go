package stubpanel

import (
	"encoding/xml"
	"fmt"
	"net/http"
)

// soapSpace is the namespace of the SOAP API's own names.
const soapSpace = "urn:acme-panel:sync"

// soapRequest is a SOAP 1.1 envelope. Exactly one operation has to be in it.
type soapRequest struct {
	XMLName  xml.Name      `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Login    *soapLogin    `xml:"Body>login"`
	Accounts *soapAccounts `xml:"Body>listAccounts"`
}

type soapLogin struct {
	Username string `xml:"username"`
	Password string `xml:"password"`
}

type soapAccounts struct {
	Session string `xml:"session"`
	Offset  int    `xml:"offset"`
	Limit   int    `xml:"limit"`
}

// soapEnvelope spells its prefixes out: clients of remote procedure calls look
// at the types, which are prefixed names inside attributes.
type soapEnvelope struct {
	XMLName  xml.Name `xml:"SOAP-ENV:Envelope"`
	Envelope string   `xml:"xmlns:SOAP-ENV,attr"`
	Encoding string   `xml:"xmlns:SOAP-ENC,attr"`
	Schema   string   `xml:"xmlns:xsd,attr"`
	Instance string   `xml:"xmlns:xsi,attr"`
	Own      string   `xml:"xmlns:ns1,attr"`
	Style    string   `xml:"SOAP-ENV:encodingStyle,attr"`
	Body     soapBody `xml:"SOAP-ENV:Body"`
}

type soapBody struct {
	Fault    *soapFault `xml:"SOAP-ENV:Fault"`
	Login    *soapText  `xml:"ns1:loginResponse>return"`
	Accounts *soapPage  `xml:"ns1:listAccountsResponse>return"`
}

type soapFault struct {
	Code string `xml:"faultcode"`
	Text string `xml:"faultstring"`
}

// soapText is a value with its type. Nil is "true" for what the panel does not
// know.
type soapText struct {
	Type string `xml:"xsi:type,attr,omitempty"`
	Nil  string `xml:"xsi:nil,attr,omitempty"`
	Text string `xml:",chardata"`
}

type soapPage struct {
	Type     string    `xml:"xsi:type,attr"`
	Total    soapText  `xml:"total"`
	Offset   soapText  `xml:"offset"`
	Accounts soapArray `xml:"accounts"`
}

type soapArray struct {
	Type  string        `xml:"xsi:type,attr"`
	Items string        `xml:"SOAP-ENC:arrayType,attr"`
	List  []soapAccount `xml:"item"`
}

type soapAccount struct {
	Type    string      `xml:"xsi:type,attr"`
	ID      soapText    `xml:"id"`
	Login   soapText    `xml:"login"`
	Domain  soapText    `xml:"domain"`
	Email   soapText    `xml:"email"`
	Plan    soapText    `xml:"plan"`
	IPv4    soapStrings `xml:"ipv4"`
	State   soapText    `xml:"state"`
	Created soapText    `xml:"created"`
}

type soapStrings struct {
	Type  string     `xml:"xsi:type,attr"`
	Items string     `xml:"SOAP-ENC:arrayType,attr"`
	List  []soapText `xml:"item"`
}

func (p *panel) answerSOAP(w http.ResponseWriter, r *http.Request) {
	_, wantsWSDL := r.URL.Query()["wsdl"]
	switch {
	case r.URL.Path != "/soap/":
		writeSOAPFault(w, http.StatusNotFound, "Client", "Calls go to /soap/.")
	case r.Method == http.MethodGet && wantsWSDL:
		writeWSDL(w, r.Host)
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		writeSOAPFault(w, http.StatusMethodNotAllowed, "Client", "Calls are sent with POST.")
	default:
		p.answerEnvelope(w, r)
	}
}

// answerEnvelope answers refusals with status 500, as SOAP 1.1 over HTTP asks.
func (p *panel) answerEnvelope(w http.ResponseWriter, r *http.Request) {
	const refused = http.StatusInternalServerError
	var call soapRequest
	err := readXML(r.Body, &call)
	switch {
	case err != nil:
		writeSOAPFault(w, refused, "Client", "The envelope is not well formed.")
	case (call.Login == nil) == (call.Accounts == nil):
		writeSOAPFault(w, refused, "Client", "An envelope holds one call.")
	case call.Login != nil && (!same(call.Login.Username, p.credentials.Username) || !same(call.Login.Password, p.credentials.Password)):
		writeSOAPFault(w, refused, "Client.Authentication", "The user name or the password is wrong.")
	case call.Login != nil:
		writeSOAP(w, http.StatusOK, soapBody{Login: new(soapString(p.token()))})
	case !same(call.Accounts.Session, p.token()):
		writeSOAPFault(w, refused, "Client.Authentication", "There is no such session.")
	case call.Accounts.Offset < 0 || call.Accounts.Limit < 1:
		writeSOAPFault(w, refused, "Client", "offset counts from 0 and limit from 1.")
	default:
		writeSOAP(w, http.StatusOK, soapBody{Accounts: p.soapPage(*call.Accounts)})
	}
}

func (p *panel) soapPage(r soapAccounts) *soapPage {
	accounts := []soapAccount{}
	for _, a := range window(p.fleet, r.Offset, min(r.Limit, p.maxPage)) {
		accounts = append(accounts, soapView(a))
	}
	return &soapPage{
		Type: "ns1:AccountPage", Total: soapInt(len(p.fleet)), Offset: soapInt(r.Offset),
		Accounts: soapArray{Type: "SOAP-ENC:Array", Items: fmt.Sprintf("ns1:Account[%d]", len(accounts)), List: accounts},
	}
}

func soapView(a Account) soapAccount {
	addresses := soapStrings{Type: "SOAP-ENC:Array", Items: fmt.Sprintf("xsd:string[%d]", len(a.IPv4))}
	for _, v4 := range a.IPv4 {
		addresses.List = append(addresses.List, soapString(v4))
	}
	return soapAccount{
		Type: "ns1:Account", ID: soapInt(a.ID), Login: soapString(a.Login), Domain: soapString(a.Domain),
		Email: soapKnown(a.Email), Plan: soapKnown(a.Plan), IPv4: addresses, State: soapString(a.State),
		Created: soapKnown(a.CreatedAt),
	}
}

func soapString(s string) soapText { return soapText{Type: "xsd:string", Text: s} }

func soapInt(n int) soapText { return soapText{Type: "xsd:int", Text: fmt.Sprint(n)} }

func soapKnown(s string) soapText {
	if s == "" {
		return soapText{Nil: "true"}
	}
	return soapString(s)
}

func writeSOAPFault(w http.ResponseWriter, status int, code, text string) {
	writeSOAP(w, status, soapBody{Fault: &soapFault{"SOAP-ENV:" + code, text}})
}

func writeSOAP(w http.ResponseWriter, status int, body soapBody) {
	writeDocument(w, status, "text/xml; charset=utf-8", soapEnvelope{
		Envelope: "http://schemas.xmlsoap.org/soap/envelope/", Encoding: "http://schemas.xmlsoap.org/soap/encoding/",
		Schema: "http://www.w3.org/2001/XMLSchema", Instance: "http://www.w3.org/2001/XMLSchema-instance", Own: soapSpace,
		Style: "http://schemas.xmlsoap.org/soap/encoding/", Body: body,
	})
}
