package mutate

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// walk looks at a function's statements and expressions from the outside in.
func (s *source) walk(body *ast.BlockStmt) {
	var parents []ast.Node
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil {
			parents = parents[:len(parents)-1]
			return true
		}
		var parent ast.Node = body
		if len(parents) > 0 {
			parent = parents[len(parents)-1]
		}
		if !s.visit(n, parent) {
			return false
		}
		parents = append(parents, n)
		return true
	})
}

func (s *source) visit(n, parent ast.Node) bool {
	switch x := n.(type) {
	case *ast.GenDecl:
		return x.Tok != token.CONST
	case *ast.FuncLit:
		s.function(x.Type, x.Body)
	case *ast.BlockStmt:
		s.statements(x.List)
	case *ast.CaseClause:
		s.statements(x.Body)
	case ast.Expr:
		s.expression(x, parent)
	}
	return true
}

// function makes a function end as soon as it is called.
func (s *source) function(t *ast.FuncType, body *ast.BlockStmt) {
	at := s.offset(body.Lbrace) + 1
	early := func(value string) {
		number := s.add("early", t, "return "+value+" at once")
		s.replace(at, at, fmt.Sprintf(" if mutantOn(%d) { return %s };", number, value))
	}
	if len(body.List) == 0 {
		return
	}
	if t.Results == nil {
		early("")
		return
	}
	if len(t.Results.List) != 1 || len(t.Results.List[0].Names) > 0 {
		return
	}
	switch u := s.info.TypeOf(t.Results.List[0].Type).Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Kind() == types.Bool:
			early("true")
			early("false")
		case u.Kind() == types.String:
			early(`""`)
		case u.Info()&types.IsNumeric != 0:
			early("0")
		}
	case *types.Slice:
		early("nil")
	}
}

// statements leaves out one statement at a time.
func (s *source) statements(list []ast.Stmt) {
	for i, st := range list {
		switch x := st.(type) {
		case *ast.ExprStmt, *ast.IncDecStmt:
			s.drop(st)
		case *ast.AssignStmt:
			if x.Tok != token.DEFINE {
				s.drop(st)
			}
		case *ast.BranchStmt:
			// A loop that does not end proves nothing but costs the time limit.
			if x.Tok == token.CONTINUE {
				s.drop(st)
			}
		case *ast.IfStmt:
			// The function still ends with a return where something follows.
			if x.Else == nil && i+1 < len(list) {
				s.dropReturn(x.Body)
			}
		}
	}
}

func (s *source) drop(st ast.Stmt) {
	number := s.add("drop", st, "left out")
	s.around(s.offset(st.Pos()), s.offset(st.End()), fmt.Sprintf("if !mutantOn(%d) { ", number), " }")
}

func (s *source) dropReturn(body *ast.BlockStmt) {
	if len(body.List) == 0 {
		return
	}
	if ret, ok := body.List[len(body.List)-1].(*ast.ReturnStmt); ok {
		s.drop(ret)
	}
}
