package keelmarktest

import (
	"encoding/json"
	"strings"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// one answers a question with one answer: the part of the recorded one that the fields name.
func (h *Host) one(key string, fields []string) (string, error) {
	value, err := ask[any](h, key)
	if err != nil {
		return "", err
	}
	return encode(project(value, fields))
}

func encode(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

// eachWhole answers a question about several objects, of whose answers no fields are chosen.
func (h *Host) eachWhole(key string, ids []string) ([]host.Answer, error) {
	answers := make([]host.Answer, 0, len(ids))
	for _, id := range ids {
		value, err := ask[any](h, key+" "+id)
		text := ""
		if err == nil {
			text, err = encode(value)
		}
		answers = append(answers, host.Answer{ID: id, JSON: text, Err: err})
	}
	return answers, nil
}

func (h *Host) each(key string, ids, fields []string) ([]host.Answer, error) {
	answers := make([]host.Answer, 0, len(ids))
	for _, id := range ids {
		text, err := h.one(key+" "+id, fields)
		answers = append(answers, host.Answer{ID: id, JSON: text, Err: err})
	}
	return answers, nil
}

// project is the part of a value that dotted fields name; lists are projected element by element.
func project(value any, fields []string) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, 0, len(value))
		for _, item := range value {
			items = append(items, project(item, fields))
		}
		return items
	case map[string]any:
		picked := map[string]any{}
		for key, entry := range value {
			var below []string
			isWhole := false
			for _, field := range fields {
				isWhole = isWhole || field == key
				if rest, isBelow := strings.CutPrefix(field, key+"."); isBelow {
					below = append(below, rest)
				}
			}
			if isWhole {
				picked[key] = entry
			} else if below != nil && (entry == nil || hasFields(entry)) {
				picked[key] = project(entry, below)
			}
		}
		return picked
	default:
		// What has no fields is not below one: a text in a list is null, and as a field it is left out.
		return nil
	}
}

func hasFields(value any) bool {
	switch value.(type) {
	case []any, map[string]any:
		return true
	default:
		return false
	}
}
