package stubpanel

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"time"
)

// maxPacket is the longest request the XML, SOAP and XML-RPC APIs read, in bytes.
const maxPacket = 64 << 10

// packet is a request to the XML API. Exactly one operation has to be in it.
type packet struct {
	XMLName  xml.Name  `xml:"request"`
	Accounts *xmlRange `xml:"account-list"`
	Plans    *struct{} `xml:"plan-list"`
}

type xmlRange struct {
	Offset int `xml:"offset,attr"`
	Limit  int `xml:"limit,attr"`
}

type xmlResponse struct {
	XMLName  xml.Name     `xml:"response"`
	Status   string       `xml:"status,attr"`
	Error    *xmlError    `xml:"error"`
	Accounts *xmlAccounts `xml:"accounts"`
	Plans    *xmlPlans    `xml:"plans"`
}

type xmlError struct {
	Code string `xml:"code,attr"`
	Text string `xml:",chardata"`
}

type xmlAccounts struct {
	Total    int          `xml:"total,attr"`
	Offset   int          `xml:"offset,attr"`
	Accounts []xmlAccount `xml:"account"`
}

type xmlAccount struct {
	ID        int          `xml:"id,attr"`
	State     string       `xml:"state,attr"`
	Login     string       `xml:"login"`
	Domain    string       `xml:"domain"`
	Contact   xmlContact   `xml:"contact"`
	Plan      *xmlPlan     `xml:"plan"`
	Addresses []xmlAddress `xml:"address"`
	// Created is in seconds since 1970, and absent when it is not known.
	Created *int64 `xml:"created"`
}

type xmlContact struct {
	Name  string  `xml:"name"`
	Email *string `xml:"email"`
}

type xmlAddress struct {
	Family string `xml:"family,attr"`
	Value  string `xml:",chardata"`
}

type xmlPlans struct {
	Plans []xmlPlan `xml:"plan"`
}

type xmlPlan struct {
	ID    string `xml:"id,attr"`
	Label string `xml:",chardata"`
}

func (p *panel) answerXML(w http.ResponseWriter, r *http.Request) {
	username, password, ok := r.BasicAuth()
	switch {
	case !ok || !same(username, p.credentials.Username) || !same(password, p.credentials.Password):
		w.Header().Set("WWW-Authenticate", `Basic realm="panel", charset="UTF-8"`)
		writeXMLError(w, http.StatusUnauthorized, "auth", "The user name or the password is wrong.")
	case r.URL.Path != "/xml/":
		writeXMLError(w, http.StatusNotFound, "path", "Packets go to /xml/.")
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		writeXMLError(w, http.StatusMethodNotAllowed, "method", "Packets are sent with POST.")
	default:
		p.answerPacket(w, r)
	}
}

// answerPacket answers what it does not understand with status 200 and an
// error inside, as XML panels do.
func (p *panel) answerPacket(w http.ResponseWriter, r *http.Request) {
	var request packet
	err := readXML(r.Body, &request)
	switch {
	case err != nil:
		writeXMLError(w, http.StatusOK, "packet", "The packet is not well formed.")
	case (request.Accounts == nil) == (request.Plans == nil):
		writeXMLError(w, http.StatusOK, "operation", "A packet holds one operation.")
	case request.Plans != nil:
		plans := &xmlPlans{}
		for _, plan := range Plans() {
			plans.Plans = append(plans.Plans, xmlPlan(plan))
		}
		writeXML(w, http.StatusOK, xmlResponse{Status: "ok", Plans: plans})
	case request.Accounts.Offset < 0 || request.Accounts.Limit < 1:
		writeXMLError(w, http.StatusOK, "range", "offset counts from 0 and limit from 1.")
	default:
		writeXML(w, http.StatusOK, xmlResponse{Status: "ok", Accounts: p.xmlAccounts(*request.Accounts)})
	}
}

// readXML reads one element and refuses what is longer than any client sends.
func readXML(body io.Reader, into any) error {
	raw, err := io.ReadAll(io.LimitReader(body, maxPacket+1))
	if err != nil {
		return err
	}
	if len(raw) > maxPacket {
		return errors.New("the request is too long")
	}
	return xml.NewDecoder(bytes.NewReader(raw)).Decode(into)
}

func (p *panel) xmlAccounts(r xmlRange) *xmlAccounts {
	list := &xmlAccounts{Total: len(p.fleet), Offset: r.Offset}
	for _, a := range window(p.fleet, r.Offset, min(r.Limit, p.maxPage)) {
		list.Accounts = append(list.Accounts, xmlView(a))
	}
	return list
}

func xmlView(a Account) xmlAccount {
	view := xmlAccount{
		ID: a.ID, State: a.State, Login: a.Login, Domain: a.Domain,
		Contact: xmlContact{Name: a.Name, Email: orNull(a.Email)},
	}
	if plan := planOrNull(a.Plan); plan != nil {
		view.Plan = new(xmlPlan(*plan))
	}
	for _, v4 := range a.IPv4 {
		view.Addresses = append(view.Addresses, xmlAddress{"ipv4", v4})
	}
	for _, v6 := range a.IPv6 {
		view.Addresses = append(view.Addresses, xmlAddress{"ipv6", v6})
	}
	if created, err := time.Parse(time.RFC3339, a.CreatedAt); err == nil {
		view.Created = new(created.Unix())
	}
	return view
}

func writeXML(w http.ResponseWriter, status int, body xmlResponse) {
	writeDocument(w, status, "application/xml; charset=utf-8", body)
}

func writeDocument(w http.ResponseWriter, status int, contentType string, document any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	// The only errors left are of a client that went away.
	if _, err := io.WriteString(w, xml.Header); err == nil {
		_ = xml.NewEncoder(w).Encode(document)
	}
}

func writeXMLError(w http.ResponseWriter, status int, code, text string) {
	writeXML(w, status, xmlResponse{Status: "error", Error: &xmlError{code, text}})
}
