package keelmark

import (
	"encoding/json"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// The engine's answers are its own JSON, masked by the host, and hold only the fields that were asked for. Each
// function decodes into a type of the caller's, so that a check declares just what it reads:
//
//	type container struct {
//		ID    string `json:"Id"`
//		Names []string
//	}
//	containers, err := keelmark.ListContainers[container]("Id", "Names")

// idsPerCall keeps a batch below the host's limit of 1,000, and the text that waits to be decoded at a few MiB.
const idsPerCall = 500

func decode[T any](text string, err error) (T, error) {
	var value T
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return value, host.Errorf(host.Failed, "the engine's answer is not as this check reads it: %v", err)
	}
	return value, nil
}

// Inspected is the answer about one of several objects.
type Inspected[T any] struct {
	ID    string
	Value T
	// Err is why there is no Value: NotFound for an object that vanished since it was listed.
	Err error
}

func inspect[T any](ids []string, ask func(ids []string) ([]host.Answer, error)) ([]Inspected[T], error) {
	all := make([]Inspected[T], 0, len(ids))
	for start := 0; start < len(ids); start += idsPerCall {
		answers, err := ask(ids[start:min(start+idsPerCall, len(ids))])
		if err != nil {
			return nil, err
		}
		for _, answer := range answers {
			value, err := decode[T](answer.JSON, answer.Err)
			all = append(all, Inspected[T]{answer.ID, value, err})
		}
	}
	return all, nil
}
