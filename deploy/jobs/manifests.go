package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/grafana/k6-operator/api/v1alpha1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// readManifests reads every document strictly, as the type of its kind: a field that the type lacks is
// an error. It returns the one TestRun that must be among them.
func readManifests(text []byte, schema *testRunSchema) (*v1alpha1.TestRun, error) {
	var found *v1alpha1.TestRun
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		testRun, err := readManifest(document, schema)
		if err != nil {
			return nil, err
		}
		if testRun != nil && found != nil {
			return nil, errors.New("expected one TestRun, got two")
		}
		if testRun != nil {
			found = testRun
		}
	}
	if found == nil {
		return nil, errors.New("expected a TestRun, got none")
	}
	return found, nil
}

// readManifest returns the TestRun where the document is one, and nil where it is of another kind.
func readManifest(document []byte, schema *testRunSchema) (*v1alpha1.TestRun, error) {
	var meta struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
	}
	if err := yaml.Unmarshal(document, &meta); err != nil {
		return nil, err
	}
	what := fmt.Sprintf("%s %s %s", meta.APIVersion, meta.Kind, meta.Name)
	if problems := validation.IsDNS1123Label(meta.Name); len(problems) > 0 {
		return nil, fmt.Errorf("%s: name: %s", what, strings.Join(problems, "; "))
	}
	testRun := &v1alpha1.TestRun{}
	var object any
	switch meta.APIVersion + "/" + meta.Kind {
	case "k6.io/v1alpha1/TestRun":
		object = testRun
	case "v1/ConfigMap":
		object = &corev1.ConfigMap{}
	case "v1/PersistentVolumeClaim":
		object = &corev1.PersistentVolumeClaim{}
	case "batch/v1/Job":
		object = &batchv1.Job{}
	default:
		return nil, fmt.Errorf("%s: not a kind that the manifests should hold", what)
	}
	isTestRun := object == any(testRun)
	if isTestRun {
		if err := schema.validate(document); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
	}
	if err := decodeStrictly(document, object); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if !isTestRun {
		return nil, nil
	}
	return testRun, nil
}

// decodeStrictly does as the API server: kubectl sends it JSON, and no number becomes a text.
func decodeStrictly(document []byte, object any) error {
	text, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return err
	}
	unknown, err := json.UnmarshalStrict(text, object)
	if err != nil {
		return err
	}
	return errors.Join(unknown...)
}
