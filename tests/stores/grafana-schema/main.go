// Reads dashboards by Grafana's own schema, as strictly as its SDK can: a field that Grafana does not
// know, one of another type and one that is missing are each a line, and make the exit code 1.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	// The kinds of panels and queries that the dashboards have; the SDK has no schema of InfluxDB's.
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(table.VariantConfig())
	runtime.RegisterPanelcfgVariant(text.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	isWrong := false
	for _, file := range os.Args[1:] {
		for _, problem := range problemsOf(file) {
			isWrong = true
			fmt.Printf("%s: %s\n", file, problem)
		}
	}
	if isWrong {
		os.Exit(1)
	}
}

func problemsOf(file string) []string {
	content, err := os.ReadFile(file)
	if err != nil {
		return []string{err.Error()}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(content, &fields); err != nil {
		return []string{err.Error()}
	}
	// Grafana's importer takes it away before it makes a dashboard of the rest.
	delete(fields, "__inputs")
	rest, err := json.Marshal(fields)
	if err != nil {
		return []string{err.Error()}
	}
	var read dashboard.Dashboard
	problems := []string{}
	for _, err := range append(fieldConfigs(fields["panels"]), read.UnmarshalJSONStrict(rest), read.Validate()) {
		// The SDK returns an empty list of errors where there are none, which is not nil.
		if err != nil && err.Error() != "" {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

// The SDK reads the settings of a panel's fields less strictly than the rest.
func fieldConfigs(panels json.RawMessage) []error {
	var all []struct {
		Title       string          `json:"title"`
		FieldConfig json.RawMessage `json:"fieldConfig"`
	}
	if err := json.Unmarshal(panels, &all); err != nil {
		return []error{err}
	}
	var errs []error
	for _, panel := range all {
		var read dashboard.FieldConfigSource
		if err := read.UnmarshalJSONStrict(panel.FieldConfig); err != nil && err.Error() != "" {
			errs = append(errs, fmt.Errorf("%s: %w", panel.Title, err))
		}
	}
	return errs
}
