// Reads Signalbox's HTTP+SSE wire frame by frame with Go's standard library alone.
//
//	SIGNALBOX_KEY=sbx_... go run sse_client.go http://127.0.0.1:7337/sse
//
// It connects, initializes, lists the tools and then prints every frame as it arrives.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
)

type frame struct {
	event, data, id string
}

// frames splits a byte stream into SSE frames and hands each to handle until the stream ends.
func frames(stream io.Reader, handle func(frame) error) error {
	lines := bufio.NewReader(stream)
	current := frame{event: "message"}
	var data []string
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			current.data = strings.Join(data, "\n")
			if len(data) > 0 {
				if err := handle(current); err != nil {
					return err
				}
			}
			current, data = frame{event: "message"}, nil
			continue
		}
		if strings.HasPrefix(line, ":") {
			continue // a comment: the stream's opening, or a sign of life
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			current.event = value
		case "data":
			data = append(data, value)
		case "id":
			current.id = value
		}
	}
}

type agent struct {
	stream *url.URL
	post   *url.URL
	key    string
	lastID int
}

func (a *agent) send(method string, params any, request bool) error {
	message := map[string]any{"jsonrpc": "2.0", "method": method}
	if params != nil {
		message["params"] = params
	}
	if request {
		a.lastID++
		message["id"] = a.lastID
	}
	return a.deliver(message)
}

func (a *agent) deliver(message map[string]any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, a.post.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+a.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusAccepted {
		return fmt.Errorf("POST %v: %s %s", message["method"], response.Status, text)
	}
	return nil
}

func (a *agent) handle(f frame) error {
	fmt.Printf("%-10s %s\n", f.event, f.data)
	switch {
	case f.event == "endpoint":
		target, err := a.stream.Parse(f.data)
		if err != nil {
			return err
		}
		a.post = target
		return a.send("initialize", map[string]any{
			"protocolVersion": "2025-11-25",
			"capabilities":    map[string]any{},
			"clientInfo":      map[string]any{"name": "go-sse-client", "version": "1.0.0"},
		}, true)
	case f.event == "message":
		var message struct {
			ID     any             `json:"id"`
			Method string          `json:"method"`
			Result json.RawMessage `json:"result"`
		}
		if err := json.Unmarshal([]byte(f.data), &message); err != nil {
			return err
		}
		switch {
		case message.Method != "" && message.ID != nil:
			// The hub only ever asks whether we are alive.
			return a.deliver(map[string]any{"jsonrpc": "2.0", "id": message.ID, "result": map[string]any{}})
		case message.ID == float64(1):
			if err := a.send("notifications/initialized", nil, false); err != nil {
				return err
			}
			return a.send("tools/list", nil, true)
		}
	}
	return nil
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: sse_client http://127.0.0.1:7337/sse   (the key is taken from SIGNALBOX_KEY)")
	}
	stream, err := url.Parse(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	a := &agent{stream: stream, key: os.Getenv("SIGNALBOX_KEY")}
	request, err := http.NewRequest(http.MethodGet, stream.String(), nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+a.key)
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		log.Fatalf("%s %s", response.Status, text)
	}
	if err := frames(response.Body, a.handle); err != nil {
		log.Fatal(err)
	}
}
