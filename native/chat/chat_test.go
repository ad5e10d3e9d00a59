package chat_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/netext"
	"go.k6.io/k6/v2/lib/types"
	"go.k6.io/k6/v2/metrics"

	"nuc-k6/native/chat"
	"nuc-k6/native/envelope"
)

var sealer = envelope.New("--", []envelope.Substitute{{Letter: "a", Word: "(1)"}})

// serve answers each question by what talk does with it.
func serve(t *testing.T, talk func(conn *websocket.Conn, question string)) string {
	t.Helper()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("token") != "T" || r.Header.Get("Origin") != "http://here" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		for {
			_, sealed, err := conn.ReadMessage()
			if err != nil {
				return
			}
			question, err := sealer.Open(nil, sealed)
			if err != nil {
				return
			}
			talk(conn, string(question))
		}
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

func send(conn *websocket.Conn, text string) {
	sealed, _ := sealer.Seal(text)
	_ = conn.WriteMessage(websocket.TextMessage, []byte(sealed))
}

// echo answers with the question in two chunks, cut within a character, and attributes of its own.
func echo(conn *websocket.Conn, question string) {
	quoted, _ := json.Marshal(question)
	send(conn, `{"response_chunk":"\ud83d"}`)
	send(conn, `{"response_chunk":"\ude00"}`)
	send(conn, `{"response_chunk":`+string(quoted)+`}`)
	text, _ := json.Marshal("😀" + question)
	send(conn, `{"complete_response":`+string(text)+`,"session_attributes": {"n":1.50} }`)
}

type scriptRun struct {
	runtime *modulestest.Runtime
	samples chan metrics.SampleContainer
}

// newRun is a virtual user whose script logs every call of a listener.
func newRun(t *testing.T, url string) *scriptRun {
	t.Helper()
	runtime := modulestest.NewRuntime(t)
	samples := make(chan metrics.SampleContainer, 1000)
	require.NoError(t, runtime.SetupModuleSystem(map[string]any{"k6/x/nuc": chat.New()}, nil, nil))
	registry := metrics.NewRegistry()
	logger := logrus.New()
	logger.Out = t.Output()
	runtime.MoveToVUContext(&lib.State{
		Options:        lib.Options{SystemTags: &metrics.DefaultSystemTagSet},
		Dialer:         netext.NewDialer(net.Dialer{}, netext.NewResolver(net.LookupIP, 0, types.DNSfirst, types.DNSpreferIPv4)),
		Samples:        samples,
		BuiltinMetrics: metrics.RegisterBuiltinMetrics(registry),
		Tags:           lib.NewVUStateTags(registry.RootTagSet()),
		Logger:         logger,
	})
	require.NoError(t, runtime.VU.Runtime().Set("URL", url))
	_, err := runtime.VU.Runtime().RunString(`
		const { ChatSocket, Envelope } = require("k6/x/nuc");
		const envelope = new Envelope("--", { a: "(1)" });
		const heard = [];
		const sent = [];
		const listener = (own) => new Proxy({}, {
			get: (_, name) => (...values) => {
				// Its place among the others is not given.
				if (name === "onSent") sent.push(...values);
				else heard.push([name, ...values]);
				if (own[name]) own[name](...values);
			},
		});
		const options = { headers: { Origin: "http://here" }, tags: { name: "chat" }, handshakeTimeoutMs: 5000 };
		const open = (own, more = {}, token = "T") =>
			new ChatSocket(envelope, URL + "/?token=" + token, { ...options, ...more }, listener(own));
	`)
	require.NoError(t, err)
	return &scriptRun{runtime, samples}
}

// heard runs a script to the end of all that it began, and returns what its listeners heard.
func (r *scriptRun) heard(t *testing.T, script string) string {
	t.Helper()
	_, err := r.runtime.RunOnEventLoop(script)
	require.NoError(t, err)
	value, err := r.runtime.VU.Runtime().RunString(`JSON.stringify(heard)`)
	require.NoError(t, err)
	return value.String()
}

// sums are the values of k6's metrics, added up.
func (r *scriptRun) sums(t *testing.T) map[string]float64 {
	t.Helper()
	sums := make(map[string]float64)
	for len(r.samples) > 0 {
		for _, sample := range (<-r.samples).GetSamples() {
			name, _ := sample.Tags.Get("name")
			url, _ := sample.Tags.Get("url")
			require.Equal(t, []string{"chat", "chat"}, []string{name, url}, "the URL holds the token")
			sums[sample.Metric.Name] += sample.Value
		}
	}
	return sums
}

func TestAnswersComeWithTheirFigures(t *testing.T) {
	t.Parallel()
	run := newRun(t, serve(t, echo))
	heard := run.heard(t, `
		let turn = 0;
		const answers = [];
		const before = [];
		const ask = () => { before.push(socket.attributes); socket.ask("¿Qué? " + turn); };
		const socket = open({
			onOpen: ask,
			onAnswer: (answer) => { answers.push(answer); turn += 1; turn < 3 ? ask() : socket.close(); },
		});
	`)
	require.Equal(t, 3, strings.Count(heard, `"onAnswer"`))
	left, err := run.runtime.VU.Runtime().RunString(`sent.filter((ms) => ms >= 0 && ms < 10000).length`)
	require.NoError(t, err)
	require.Equal(t, int64(3), left.ToInteger())
	require.Equal(t, 12, func() (frames int) {
		value, err := run.runtime.VU.Runtime().RunString(
			`heard.filter(([name]) => name === "onFrames").reduce((sum, [, count]) => sum + count, 0)`)
		require.NoError(t, err)
		return int(value.ToInteger())
	}())
	value, err := run.runtime.VU.Runtime().RunString(`JSON.stringify([
		heard.at(0)[0], heard.at(-1), before,
		answers.map(({ text, frames, chars, joinsUp }) => [text, frames, chars, joinsUp]),
		answers.every((a) => a.firstChunkMs > 0 && a.firstChunkMs <= a.responseMs && a.responseMs < 5000),
		answers.every((a) => a.gapMeanMs >= 0 && a.gapMeanMs <= a.gapMaxMs && a.lagMs >= 0 && a.lagMs < 5000),
	])`)
	require.NoError(t, err)
	require.JSONEq(t, `["onOpen", ["onClose", 1000, ""], ["{}", "{\"n\":1.50}", "{\"n\":1.50}"],
		[["😀¿Qué? 0", 4, 9, true], ["😀¿Qué? 1", 4, 9, true], ["😀¿Qué? 2", 4, 9, true]], true, true]`, value.String())

	sums := run.sums(t)
	require.Positive(t, sums["ws_connecting"])
	require.Positive(t, sums["ws_session_duration"])
	delete(sums, "ws_connecting")
	delete(sums, "ws_session_duration")
	// Three questions and the close, as k6/websockets counts them.
	require.Equal(t, map[string]float64{"ws_sessions": 1, "ws_msgs_sent": 4, "ws_msgs_received": 12}, sums)
}

func TestRefusedUpgradeHasItsStatus(t *testing.T) {
	t.Parallel()
	run := newRun(t, serve(t, echo))
	require.JSONEq(t, `[["onRefused", "websocket: bad handshake", 403]]`, run.heard(t, `open({}, {}, "wrong");`))
	require.InDelta(t, 1, run.sums(t)["ws_sessions"], 0)
}

func TestNothingListens(t *testing.T) {
	t.Parallel()
	run := newRun(t, "ws://127.0.0.1:1")
	heard := run.heard(t, `open({});`)
	require.Contains(t, heard, "connection refused")
	require.Contains(t, heard, `",0]]`)
}

func TestCloseWhileConnectingEndsTheWait(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = silent.Close() }()
	run := newRun(t, "ws://"+silent.Addr().String())
	startedAt := time.Now()
	heard := run.heard(t, `const socket = open({}, { handshakeTimeoutMs: 60000 }); setTimeout(() => socket.close(), 50);`)
	require.Contains(t, heard, "onRefused")
	require.Less(t, time.Since(startedAt), 20*time.Second)
}

func TestHandshakeTimeout(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = silent.Close() }()
	run := newRun(t, "ws://"+silent.Addr().String())
	heard := run.heard(t, `open({}, { handshakeTimeoutMs: 100 });`)
	require.Contains(t, heard, "timeout")
}

func TestHeadersWithoutEndAreCutOff(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, err = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nx: "))
		for err == nil {
			_, err = conn.Write([]byte(strings.Repeat("y", 10_000)))
		}
	}()
	run := newRun(t, "ws://"+listener.Addr().String())
	heard := run.heard(t, `open({}, { handshakeTimeoutMs: 60000 });`)
	require.JSONEq(t, `[["onRefused", "the reply to the upgrade is over 1 MB", 0]]`, heard)
}

func TestLimitEndsTheConversation(t *testing.T) {
	t.Parallel()
	run := newRun(t, serve(t, func(*websocket.Conn, string) {}))
	heard := run.heard(t, `const socket = open({ onOpen: () => socket.ask("a"), onLimit: () => socket.close() }, { responseMs: 50 });`)
	require.JSONEq(t, `[["onOpen"], ["onLimit", "response_timeout"], ["onClose", 1000, ""]]`, heard)
}

func TestHowASocketCloses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		talk  func(conn *websocket.Conn)
		heard string
	}{
		{"with a code", func(conn *websocket.Conn) {
			_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1011, "\x1b[31m"))
		}, `["onClose", 1011, ""]`},
		{"without a code", func(conn *websocket.Conn) {
			_ = conn.WriteMessage(websocket.CloseMessage, nil)
		}, `["onClose", 1005, ""]`},
		{"without a close", func(conn *websocket.Conn) { _ = conn.Close() }, `["onClose", 1006, ""]`},
		{"by a frame that breaks the rules", func(conn *websocket.Conn) {
			_, _ = conn.NetConn().Write([]byte{0x8B, 0})
		}, `["onClose", 0, "bad opcode 11"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := newRun(t, serve(t, func(conn *websocket.Conn, _ string) { c.talk(conn) }))
			heard := run.heard(t, `const socket = open({ onOpen: () => socket.ask("a") });`)
			require.JSONEq(t, `[["onOpen"], `+c.heard+`]`, heard)
		})
	}
}

func TestLastFrameBeforeACloseEndsItsAnswer(t *testing.T) {
	t.Parallel()
	run := newRun(t, serve(t, func(conn *websocket.Conn, _ string) {
		send(conn, `{"complete_response":"b"}`)
		_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1001, ""))
	}))
	run.heard(t, `const socket = open({ onOpen: () => socket.ask("a") });`)
	value, err := run.runtime.VU.Runtime().RunString(`heard.map(([name]) => name).join()`)
	require.NoError(t, err)
	require.Equal(t, "onOpen,onFirstText,onFrames,onAnswer,onClose", value.String())
}

func TestFramesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	run := newRun(t, serve(t, func(conn *websocket.Conn, _ string) {
		_ = conn.WriteMessage(websocket.BinaryMessage, []byte("x"))
		_ = conn.WriteMessage(websocket.TextMessage, []byte("x"))
		_ = conn.WriteMessage(websocket.TextMessage, []byte(strings.Repeat("é", 300_000)))
		send(conn, `{"complete_response":"b"}`)
		send(conn, `{"complete_response":"b"}`)
	}))
	heard := run.heard(t, `
		const socket = open({ onOpen: () => socket.ask("a"), onStray: () => socket.close() }, { maxChars: 2048, eachFrame: true });
		heard.toJSON = () => heard.filter(([name]) => name === "onUnusable" || name === "onStray" || name === "onFrame").map((call) => call.slice(0, 3));
	`)
	require.JSONEq(t, `[
		["onUnusable", "protocol", "not_text"],
		["onUnusable", "decrypt", "envelope"],
		["onUnusable", "protocol", "too_big"],
		["onFrame", 1, ["complete_response"]],
		["onStray", "no question was open", 1],
		["onFrame", 0, ["complete_response"]]
	]`, heard)
}

func TestStoppedVirtualUserClosesWithoutAWord(t *testing.T) {
	t.Parallel()
	run := newRun(t, serve(t, echo))
	time.AfterFunc(200*time.Millisecond, run.runtime.CancelContext)
	heard := run.heard(t, `open({});`)
	require.JSONEq(t, `[["onOpen"]]`, heard)
}

func TestEnvelopeOfAScript(t *testing.T) {
	t.Parallel()
	run := newRun(t, "ws://127.0.0.1:1")
	value, err := run.runtime.VU.Runtime().RunString(`
		const secrets = { key: "a".repeat(32), iv: "b".repeat(16), padding: "c".repeat(12) };
		const errors = [];
		for (const act of [() => envelope.open("x"), () => envelope.sealWith({ ...secrets, key: "k" }, "")]) {
			try { act(); } catch (e) { errors.push([e instanceof Error, e.message, e.part]); }
		}
		JSON.stringify([envelope.open(envelope.seal("¿Qué? 🫀")), envelope.open(envelope.sealWith(secrets, "x")),
			envelope.sealWith(secrets, "x").startsWith("(1)".repeat(32) + "--" + "b".repeat(16) + "--" + "c".repeat(12)), errors])`)
	require.NoError(t, err)
	require.JSONEq(t, `["¿Qué? 🫀", "x", true, [
		[true, "envelope: structure: expected 3 parts between separators, got 1", "structure"],
		[true, "envelope: key: expected 32 ASCII characters, got 1", "key"]
	]]`, value.String())
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	run := newRun(t, "ws://127.0.0.1:1")
	for script, message := range map[string]string{
		`new ChatSocket({}, URL, {}, {})`:                       "envelope: expected an Envelope",
		`new ChatSocket(envelope, "http://x/?token=T", {}, {})`: "url: expected a URL of the scheme ws or wss",
	} {
		_, err := run.runtime.VU.Runtime().RunString(script)
		require.ErrorContains(t, err, message)
		require.NotContains(t, err.Error(), "token")
	}
}
