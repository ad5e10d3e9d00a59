// Command jobs tells which Jobs k6-operator makes of this project's manifests: it reads them as the
// operator's API would, and has the operator's own code make the Jobs.
//
//	npm run -s deploy -- … | go run ./jobs -hosts 10.0.0.1,10.0.0.2
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/grafana/k6-operator/api/v1alpha1"
	"github.com/grafana/k6-operator/pkg/cloud"
	"github.com/grafana/k6-operator/pkg/resources/jobs"
	"github.com/grafana/k6-operator/pkg/types"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// made is what the operator creates of a TestRun, in the order in which it does.
type made struct {
	Initializer *batchv1.Job      `json:"initializer"`
	Runners     []*batchv1.Job    `json:"runners"`
	Services    []*corev1.Service `json:"services"`
	Starter     *batchv1.Job      `json:"starter"`
}

func main() {
	crd := flag.String("crd", "", "the operator's CustomResourceDefinition (of the module that go.mod names)")
	hosts := flag.String("hosts", "", "the addresses of the runners' services, by commas, for the starter")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *crd, *hosts); err != nil {
		fmt.Fprintf(os.Stderr, "jobs: %v\n", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, crd, hosts string) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	schema, err := readSchema(crd)
	if err != nil {
		return err
	}
	testRun, err := readManifests(text, schema)
	if err != nil {
		return err
	}
	result, err := makeJobs(testRun, strings.Split(hosts, ","))
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(result)
}

// makeJobs calls what the operator's controller calls when it comes to a new TestRun
// (internal/controller: k6_initialize.go, k6_create.go, k6_start.go).
func makeJobs(testRun *v1alpha1.TestRun, hosts []string) (*made, error) {
	spec := testRun.GetSpec()
	if len(hosts) != int(spec.Parallelism) {
		return nil, fmt.Errorf("-hosts: expected %d addresses, as many as there are runners, got %d",
			spec.Parallelism, len(hosts))
	}
	warnings, err := spec.Validate()
	if err != nil {
		return nil, fmt.Errorf("the operator refuses the TestRun: %w", err)
	}
	if len(warnings) > 0 {
		return nil, fmt.Errorf("the operator warns of the TestRun: %s", strings.Join(warnings, "; "))
	}
	cli, err := types.ParseCLI(spec.Arguments)
	if err != nil {
		return nil, fmt.Errorf("arguments: %w", err)
	}
	result := &made{Starter: jobs.NewStarterJob(testRun, hosts)}
	if result.Initializer, err = jobs.NewInitializerJob(testRun, cli.ArchiveArgs); err != nil {
		return nil, fmt.Errorf("initializer: %w", err)
	}
	for index := 1; index <= int(spec.Parallelism); index++ {
		runner, err := jobs.NewRunnerJob(testRun, index, cloud.NewTokenInfo("", ""))
		if err != nil {
			return nil, fmt.Errorf("runner %d: %w", index, err)
		}
		service, err := jobs.NewRunnerService(testRun, index)
		if err != nil {
			return nil, fmt.Errorf("service %d: %w", index, err)
		}
		result.Runners = append(result.Runners, runner)
		result.Services = append(result.Services, service)
	}
	return result, nil
}
