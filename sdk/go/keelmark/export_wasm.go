package keelmark

import (
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_types"
	"github.com/keelmark/keelmark/sdk/go/internal/guest"
	"github.com/keelmark/keelmark/sdk/go/internal/imports"

	// The functions that the component exports.
	_ "github.com/keelmark/keelmark/sdk/go/internal/bindings/exports/wit_exports"
)

func init() {
	guest.AuditFunc = audit
	guest.DescribeFunc = describe
}

func describe() keelmark_plugin_types.Section {
	if registered == nil {
		panic("the plugin registered no section: keelmark.Register is called from an init function")
	}
	described := keelmark_plugin_types.Section{
		Benchmark: registered.Benchmark, Number: registered.Number, Title: registered.Title,
	}
	for i := range registered.Checks {
		check := &registered.Checks[i]
		described.Recommendations = append(described.Recommendations, keelmark_plugin_types.Recommendation{
			Id: check.ID, Title: check.Title, Check: check.Slug, Info: imports.Tuples(check.info()),
		})
	}
	return described
}
