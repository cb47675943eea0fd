package mutate

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

func (s *source) expression(e ast.Expr, parent ast.Node) {
	tv := s.info.Types[e]
	if tv.IsType() || !inFile(e) {
		return
	}
	s.negate(e, parent, tv)
	switch x := e.(type) {
	case *ast.BinaryExpr:
		s.binary(x)
	case *ast.BasicLit:
		s.literal(x, parent)
	case *ast.Ident, *ast.SelectorExpr:
		s.constant(e, parent)
	}
}

func inFile(e ast.Expr) bool { return e.Pos().IsValid() && e.End() > e.Pos() }

// negate turns round what an if, a return or a case decides by.
func (s *source) negate(e ast.Expr, parent ast.Node, tv types.TypeAndValue) {
	basic, ok := tv.Type.(*types.Basic)
	if !ok || basic.Info()&types.IsBoolean == 0 {
		return
	}
	if tv.Value != nil {
		s.flag(e, parent, tv)
		return
	}
	switch p := parent.(type) {
	case *ast.IfStmt:
		if p.Cond != e {
			return
		}
	case *ast.ReturnStmt:
	case *ast.CaseClause:
		if !slices.Contains(p.List, e) {
			return
		}
	default:
		return
	}
	number := s.add("negate", e, "!("+s.text(e)+")")
	s.around(s.offset(e.Pos()), s.offset(e.End()), fmt.Sprintf("(mutantOn(%d) != (", number), "))")
}

// flag swaps true and false.
func (s *source) flag(e ast.Expr, parent ast.Node, tv types.TypeAndValue) {
	if id, ok := e.(*ast.Ident); !ok || id.Name != "true" && id.Name != "false" || s.inComparison(parent) {
		return
	}
	number := s.add("flag", e, strconv.FormatBool(!constant.BoolVal(tv.Value)))
	s.around(s.offset(e.Pos()), s.offset(e.End()), "(", fmt.Sprintf(" != mutantOn(%d))", number))
}

// inComparison: an interface is compared with it, which takes the very type.
func (s *source) inComparison(parent ast.Node) bool {
	_, ok := parent.(*ast.BinaryExpr)
	return ok
}

func (s *source) binary(x *ast.BinaryExpr) {
	if s.info.Types[x].Value != nil {
		return
	}
	switch x.Op {
	case token.LAND:
		s.operand(x.X, "true", "(mutantOn(%d) || (")
		s.operand(x.Y, "true", "(mutantOn(%d) || (")
	case token.LOR:
		s.operand(x.X, "false", "(!mutantOn(%d) && (")
		s.operand(x.Y, "false", "(!mutantOn(%d) && (")
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		shifted := map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}[x.Op]
		number := s.add("bound", x, s.text(x.X)+" "+shifted+" "+s.text(x.Y))
		name := map[token.Token]string{token.LSS: "Less", token.LEQ: "AtMost", token.GTR: "More", token.GEQ: "AtLeast"}[x.Op]
		s.around(s.offset(x.Pos()), s.offset(x.End()), fmt.Sprintf("mutant%s(%d, ", name, number), ")")
		s.replace(s.offset(x.OpPos), s.offset(x.OpPos)+len(x.Op.String()), ",")
	default:
	}
}

// operand leaves one half of a condition out.
func (s *source) operand(e ast.Expr, instead, before string) {
	if b, ok := e.(*ast.BinaryExpr); ok && (b.Op == token.LAND || b.Op == token.LOR) {
		return // its own operands are left out
	}
	number := s.add("operand", e, instead)
	s.around(s.offset(e.Pos()), s.offset(e.End()), fmt.Sprintf(before, number), "))")
}

// literal shifts a number by one, and spoils a text that something is compared
// with. Texts for people are not touched: their words are not logic.
func (s *source) literal(x *ast.BasicLit, parent ast.Node) {
	name, ok := s.typeName(s.info.TypeOf(x))
	if !ok {
		return
	}
	switch {
	case x.Kind == token.INT && !s.fixed(parent):
		number := s.add("shift", x, x.Value+"+1")
		s.around(s.offset(x.Pos()), s.offset(x.End()), fmt.Sprintf("mutantShift[%s](%d, ", name, number), ")")
	case x.Kind == token.STRING && s.deciding(x, parent):
		number := s.add("text", x, x.Value+`+"~"`)
		s.around(s.offset(x.Pos()), s.offset(x.End()), fmt.Sprintf("mutantText[%s](%d, ", name, number), ")")
	}
}

// fixed places take constants only.
func (s *source) fixed(parent ast.Node) bool {
	_, array := parent.(*ast.ArrayType)
	if b, ok := parent.(*ast.BinaryExpr); ok {
		// Within a constant the compiler wants a constant shift or product to stay in range.
		return b.Op == token.SHL || b.Op == token.SHR
	}
	if kv, ok := parent.(*ast.KeyValueExpr); ok && kv.Key != nil {
		_, index := kv.Key.(*ast.BasicLit)
		return index
	}
	return array
}

// deciding texts are those that something is compared with.
func (s *source) deciding(x *ast.BasicLit, parent ast.Node) bool {
	switch p := parent.(type) {
	case *ast.CaseClause:
		return true
	case *ast.BinaryExpr:
		return p.Op == token.EQL || p.Op == token.NEQ
	case *ast.CompositeLit:
		return true
	case *ast.KeyValueExpr:
		key, ok := p.Key.(*ast.Ident)
		return p.Value == ast.Expr(x) && ok && slices.Contains([]string{"ID", "Rule", "Area"}, key.Name)
	case *ast.CallExpr:
		fun, ok := p.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, ok := fun.X.(*ast.Ident)
		return ok && slices.Contains([]string{"strings", "bytes", "slices", "regexp"}, pkg.Name) && fun.Sel.Name != "NewReplacer"
	}
	return false
}

// constant swaps a named constant for the next one of its type.
func (s *source) constant(e ast.Expr, parent ast.Node) {
	if sel, ok := parent.(*ast.SelectorExpr); ok && sel.Sel == e || s.fixed(parent) {
		return
	}
	var id *ast.Ident
	switch x := e.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	}
	if kv, ok := parent.(*ast.KeyValueExpr); ok && (kv.Key == e || forPeople(kv)) {
		return
	}
	c, ok := s.info.Uses[id].(*types.Const)
	if !ok || c.Pkg() == nil || c.Parent() != c.Pkg().Scope() || !s.mutable(c) {
		return
	}
	other := s.sibling(c)
	name, known := s.typeName(s.info.TypeOf(e))
	if other == "" || !known {
		return
	}
	if c.Pkg() != s.pkg {
		other = s.imports[c.Pkg().Path()] + "." + other
	}
	number := s.add("constant", e, other)
	s.around(s.offset(e.Pos()), s.offset(e.End()), fmt.Sprintf("mutantSwap[%s](%d, ", name, number), ", "+other+")")
}

// forPeople are fields whose words are not logic.
func forPeople(kv *ast.KeyValueExpr) bool {
	key, ok := kv.Key.(*ast.Ident)
	return ok && slices.Contains([]string{"Title", "Detail", "Expect"}, key.Name)
}

// mutable constants are this project's.
func (s *source) mutable(c *types.Const) bool {
	return c.Pkg() == s.pkg || len(c.Pkg().Path()) > len("syncproof/") && c.Pkg().Path()[:len("syncproof/")] == "syncproof/"
}

// sibling is the constant of the same type that is declared next in its package,
// or the first one after the last.
func (s *source) sibling(c *types.Const) string {
	var others []*types.Const
	scope := c.Pkg().Scope()
	for _, name := range scope.Names() {
		o, ok := scope.Lookup(name).(*types.Const)
		if ok && types.Identical(o.Type(), c.Type()) && (o.Exported() || c.Pkg() == s.pkg) {
			others = append(others, o)
		}
	}
	at := slices.Index(others, c)
	for i := 1; at >= 0 && i < len(others); i++ {
		o := others[(at+i)%len(others)]
		if !constant.Compare(o.Val(), token.EQL, c.Val()) {
			return o.Name()
		}
	}
	return ""
}
