package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/grafana/k6-operator/api/v1alpha1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"sigs.k8s.io/yaml"
)

const (
	operatorModule = "github.com/grafana/k6-operator"
	crdInModule    = "config/crd/bases/k6.io_testruns.yaml"
)

// testRunSchema is what a cluster holds a TestRun against: the schema of the operator's
// CustomResourceDefinition, by the API server's own code.
type testRunSchema struct {
	validator  validation.SchemaValidator
	structural *structuralschema.Structural
}

// readSchema reads the definition at the path; where that is empty, the one in the operator's module.
func readSchema(path string) (*testRunSchema, error) {
	if path == "" {
		folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", operatorModule).Output()
		if err != nil {
			return nil, fmt.Errorf("go list -m %s: %w; run it in deploy/, or name the file with -crd", operatorModule, err)
		}
		path = filepath.Join(strings.TrimSpace(string(folder)), crdInModule)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(text, &crd); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, version := range crd.Spec.Versions {
		if version.Name == v1alpha1.GroupVersion.Version && version.Schema != nil {
			return newSchema(version.Schema.OpenAPIV3Schema)
		}
	}
	return nil, fmt.Errorf("%s: has no schema of %s", path, v1alpha1.GroupVersion.Version)
}

func newSchema(published *apiextensionsv1.JSONSchemaProps) (*testRunSchema, error) {
	var props apiextensions.JSONSchemaProps
	err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(published, &props, nil)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(&props)
	if err != nil {
		return nil, err
	}
	return &testRunSchema{validator, structural}, nil
}

// validate names every field that the schema lacks or does not allow. A cluster would drop the
// former without a word.
func (schema *testRunSchema) validate(document []byte) error {
	var object map[string]any
	if err := yaml.Unmarshal(document, &object); err != nil {
		return err
	}
	if problems := validation.ValidateCustomResource(nil, object, schema.validator); len(problems) > 0 {
		return problems.ToAggregate()
	}
	unknown := pruning.PruneWithOptions(object, schema.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	if len(unknown) > 0 {
		return errors.New("the operator's schema has no " + strings.Join(unknown, ", "))
	}
	return nil
}
