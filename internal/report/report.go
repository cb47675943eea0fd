// Package report writes a judgement for its readers: a person at a terminal or a
// browser, CI systems that read JUnit, SARIF, TAP and the like, and programs that
// read JSON. Each report is a view of the judgement, the page for browsers also of
// the evidence behind it, and of nothing else: no clock, no environment, no order
// left to chance, so the same judgement always gives the same bytes.
//
// What a module returned, printed or threw stands in findings and reasons. All
// of it is escaped before it is written, so that a module cannot paint the
// verdict green.
package report
