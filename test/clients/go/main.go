// Runs a sweep with the client that oapi-codegen generates into the package api.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"chimney.example/client/api"
)

const entity, project = "local", "go"

func main() {
	ctx := context.Background()
	key := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("CHIMNEY_API_KEY"))
		return nil
	}
	client, err := api.NewClientWithResponses(os.Getenv("CHIMNEY_URL"), api.WithRequestEditorFn(key))
	must(err)

	config := api.SweepConfig{
		Method:     api.Random,
		Metric:     &api.Metric{Name: "loss"},
		Parameters: api.Parameters{"lr": rate(), "size": sizes()},
		RunCap:     of(3),
		Seed:       of(7),
	}
	created, err := client.CreateSweepWithResponse(ctx, entity, project, nil, config)
	must(err)
	if created.JSON201 == nil {
		log.Fatalf("create: %s", created.Body)
	}
	sweep := created.JSON201.Id

	for {
		request := api.NextTrialRequest{Agent: of("go")}
		next, err := client.NextTrialWithResponse(ctx, entity, project, sweep, nil, request)
		must(err)
		if problem := next.ApplicationproblemJSON409; problem != nil && problem.Code == "sweep-finished" {
			break
		}
		if next.JSON201 == nil {
			log.Fatalf("next: %s", next.Body)
		}
		for _, trial := range next.JSON201.Trials {
			run(ctx, client, trial)
		}
	}

	best, err := client.GetBestWithResponse(ctx, entity, project, sweep)
	must(err)
	if best.JSON200 == nil || best.JSON200.Value == nil || *best.JSON200.Value != best.JSON200.Params["lr"].(float64) {
		log.Fatalf("best: %s", best.Body)
	}
	fmt.Printf("best trial %d\n", best.JSON200.Number)
}

func run(ctx context.Context, client *api.ClientWithResponses, trial api.HandedTrial) {
	var metrics api.MetricsRequest
	metrics.Attempt = &trial.Attempt
	metrics.Points = append(metrics.Points, struct {
		At     *api.MetricsRequest_Points_At `json:"at,omitempty"`
		Step   int                           `json:"step"`
		Values map[string]interface{}        `json:"values"`
	}{Step: 1, Values: map[string]interface{}{"loss": trial.Params["lr"]}})
	logged, err := client.ReportMetricsWithResponse(ctx, entity, project, trial.Run, metrics)
	must(err)
	if logged.JSON200 == nil || logged.JSON200.Accepted != 1 {
		log.Fatalf("metrics: %s", logged.Body)
	}
	finish := api.FinishRequest{State: api.FinishRequestStateFinished, Attempt: &trial.Attempt}
	finished, err := client.FinishRunWithResponse(ctx, entity, project, trial.Run, finish)
	must(err)
	if finished.JSON200 == nil || !finished.JSON200.Kept {
		log.Fatalf("finish: %s", finished.Body)
	}
}

func rate() (parameter api.Parameter) {
	must(parameter.FromLogUniformValuesParameter(api.LogUniformValuesParameter{Distribution: "log_uniform_values", Min: 0.0001, Max: 0.1}))
	return parameter
}

func sizes() (parameter api.Parameter) {
	must(parameter.FromCategoricalParameter(api.CategoricalParameter{Values: []interface{}{16, 32}}))
	return parameter
}

func of[T any](value T) *T { return &value }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
