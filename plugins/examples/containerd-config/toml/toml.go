// Package toml reads the part of TOML that containerd's configuration is written in: tables, arrays of tables, dotted and
// quoted keys, strings, numbers, booleans, arrays and inline tables. Dates are kept as text. What it does not
// understand is an error with its line: a setting that was read past would be a verdict on nothing.
package toml

import (
	"fmt"
	"strconv"
	"strings"
)

// Table is a table's entries: string, int64, float64, bool, []any or Table.
type Table = map[string]any

// maxDepth bounds arrays in arrays; no configuration is nearly as deep.
const maxDepth = 64

type parser struct {
	text string
	at   int
}

// Parse reads a document.
func Parse(text string) (root Table, err error) {
	p := &parser{text: text}
	defer func() {
		// Only the parser's own complaints are errors; what else may panic is a defect, and goes on.
		if cause := recover(); cause != nil {
			problem, isOurs := cause.(complaint)
			if !isOurs {
				panic(cause)
			}
			root, err = nil, fmt.Errorf("line %d: %s", 1+strings.Count(p.text[:min(p.at, len(p.text))], "\n"), problem)
		}
	}()
	root = Table{}
	current := root
	for p.skipLines(); p.at < len(p.text); p.skipLines() {
		switch {
		case p.take("[["):
			path := p.key()
			p.want("]]")
			current = p.appendTable(root, path)
		case p.take("["):
			path := p.key()
			p.want("]")
			current = p.table(root, path)
		default:
			p.pair(current)
		}
		p.endOfLine()
	}
	return root, nil
}

type complaint string

func (p *parser) fail(format string, args ...any) {
	panic(complaint(fmt.Sprintf(format, args...)))
}

func (p *parser) take(text string) bool {
	p.skipBlanks()
	if !strings.HasPrefix(p.text[p.at:], text) {
		return false
	}
	p.at += len(text)
	return true
}

func (p *parser) want(text string) {
	if !p.take(text) {
		p.fail("%q is missing", text)
	}
}

func (p *parser) skipBlanks() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

// skipLines goes past blanks, line ends and comments.
func (p *parser) skipLines() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		case '#':
			for p.at < len(p.text) && p.text[p.at] != '\n' {
				p.at++
			}
		default:
			return
		}
	}
}

func (p *parser) endOfLine() {
	p.skipBlanks()
	if p.at < len(p.text) && !strings.ContainsRune("\r\n#", rune(p.text[p.at])) {
		p.fail("there is more on the line than is understood: %.20q", p.text[p.at:])
	}
}

func isBare(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// key is a dotted key.
func (p *parser) key() []string {
	var path []string
	for {
		p.skipBlanks()
		start := p.at
		switch {
		case p.at < len(p.text) && (p.text[p.at] == '"' || p.text[p.at] == '\''):
			path = append(path, p.line(p.text[p.at]))
		default:
			for p.at < len(p.text) && isBare(p.text[p.at]) {
				p.at++
			}
			if p.at == start {
				p.fail("a key is missing")
			}
			path = append(path, p.text[start:p.at])
		}
		if !p.take(".") {
			return path
		}
	}
}

func (p *parser) pair(into Table) {
	path := p.key()
	p.want("=")
	value := p.value(0)
	last := len(path) - 1
	into = p.table(into, path[:last])
	if _, isThere := into[path[last]]; isThere {
		p.fail("%s is said twice", strings.Join(path, "."))
	}
	into[path[last]] = value
}

// table is the table at a path, made where it is not there; in an array of tables it is the last one.
func (p *parser) table(from Table, path []string) Table {
	for _, name := range path {
		if _, isThere := from[name]; !isThere {
			from[name] = Table{}
		}
		switch entry := from[name].(type) {
		case Table:
			from = entry
		case []any:
			last, isTable := any(nil), false
			if len(entry) > 0 {
				last = entry[len(entry)-1]
			}
			if from, isTable = last.(Table); !isTable {
				p.fail("%s is no table", name)
			}
		default:
			p.fail("%s is no table", name)
		}
	}
	return from
}

func (p *parser) appendTable(root Table, path []string) Table {
	last := len(path) - 1
	parent := p.table(root, path[:last])
	list, isList := parent[path[last]].([]any)
	if _, isThere := parent[path[last]]; isThere && !isList {
		p.fail("%s is no array of tables", path[last])
	}
	made := Table{}
	parent[path[last]] = append(list, made)
	return made
}

func (p *parser) value(depth int) any {
	p.skipBlanks()
	if depth > maxDepth {
		p.fail("it is nested deeper than %d", maxDepth)
	}
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, `'''`):
		return p.block(rest[:3])
	case strings.HasPrefix(rest, `"`), strings.HasPrefix(rest, `'`):
		return p.line(rest[0])
	case p.take("["):
		return p.array(depth)
	case p.take("{"):
		return p.inline(depth)
	}
	end := strings.IndexAny(rest, ",]}# \t\r\n")
	if end < 0 {
		end = len(rest)
	}
	word := rest[:end]
	p.at += end
	plain := strings.ReplaceAll(word, "_", "")
	if number, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return number
	}
	if number, err := strconv.ParseFloat(plain, 64); err == nil {
		return number
	}
	switch {
	case word == "true", word == "false":
		return word == "true"
	case len(word) >= 8 && word[0] >= '0' && word[0] <= '9' && strings.ContainsAny(word, ":-"):
		return word // a date or a time
	}
	p.fail("%.20q is no value", word)
	return nil
}

func (p *parser) array(depth int) []any {
	list := []any{}
	for p.skipLines(); !p.take("]"); p.skipLines() {
		list = append(list, p.value(depth+1))
		p.skipLines()
		if !p.take(",") {
			p.skipLines()
			p.want("]")
			break
		}
	}
	return list
}

func (p *parser) inline(depth int) Table {
	table := Table{}
	if p.take("}") {
		return table
	}
	for {
		path := p.key()
		p.want("=")
		last := len(path) - 1
		p.table(table, path[:last])[path[last]] = p.value(depth + 1)
		if p.take("}") {
			return table
		}
		p.want(",")
	}
}

// line is a string on one line.
func (p *parser) line(quote byte) string {
	p.at++
	var text strings.Builder
	for {
		if p.at >= len(p.text) || p.text[p.at] == '\n' {
			p.fail("a string does not end")
		}
		c := p.text[p.at]
		p.at++
		switch {
		case c == quote:
			return text.String()
		case c == '\\' && quote == '"':
			text.WriteString(p.escape())
		default:
			text.WriteByte(c)
		}
	}
}

// block is a string over several lines.
func (p *parser) block(quote string) string {
	p.at += len(quote)
	if !p.take("\r\n") {
		p.take("\n")
	}
	end := strings.Index(p.text[p.at:], quote)
	if end < 0 {
		p.fail("a string does not end")
	}
	text := p.text[p.at : p.at+end]
	p.at += end + len(quote)
	if quote == `"""` && strings.Contains(text, `\`) {
		p.fail("escapes in a string over several lines are not understood")
	}
	return text
}

func (p *parser) escape() string {
	if p.at >= len(p.text) {
		p.fail("a string does not end")
	}
	c := p.text[p.at]
	p.at++
	if known := strings.IndexByte(`btnfre"\`, c); known >= 0 {
		return "\b\t\n\f\r\x1b\"\\"[known : known+1]
	}
	digits := map[byte]int{'u': 4, 'U': 8}[c]
	if digits == 0 || p.at+digits > len(p.text) {
		p.fail("the escape \\%c is not known", c)
	}
	code, err := strconv.ParseUint(p.text[p.at:p.at+digits], 16, 31)
	if err != nil {
		p.fail("the escape \\%c is not known", c)
	}
	p.at += digits
	return string(rune(code))
}
