// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/messages.h"

/// The one list of every message's fields; encoder and decoder both walk it, so they cannot drift
/// apart. Private to core/engine.
namespace veritune::engine {

// visit(archive, message): calls archive(key, member) for every field, in the order of the struct.

template <typename A>
void visit(A& a, Hello& m) {
    a("protocol", m.protocol);
    a("client", m.client);
}
template <typename A>
void visit(A& a, HelloReply& m) {
    a("protocol", m.protocol);
    a("version", m.version);
    a("project_id", m.project_id);
    a("project_dir", m.project_dir);
    a("pid", m.pid);
}
template <typename A>
void visit(A&, GetState&) {}
template <typename A>
void visit(A& a, EngineState& m) {
    a("run", m.run);
    a("run_state", m.run_state);
    a("stage", m.stage);
    a("step", m.step);
    a("total_steps", m.total_steps);
    a("phase", m.phase);
    a("fraction", m.fraction);
    a("model", m.model);
    a("device", m.device);
}
template <typename A>
void visit(A& a, StartRun& m) {
    a("name", m.name);
    a("recipe", m.recipe);
}
template <typename A>
void visit(A& a, ResumeRun& m) {
    a("run", m.run);
}
template <typename A>
void visit(A& a, RunStarted& m) {
    a("run", m.run);
}
template <typename A>
void visit(A& a, StopRun& m) {
    a("run", m.run);
    a("mode", m.mode);
}
template <typename A>
void visit(A& a, PauseRun& m) {
    a("run", m.run);
}
template <typename A>
void visit(A& a, CheckpointNow& m) {
    a("run", m.run);
}
template <typename A>
void visit(A&, Accepted&) {}
template <typename A>
void visit(A& a, ModelRef& m) {
    a("path", m.path);
    a("adapter", m.adapter);
    a("run", m.run);
    a("stage", m.stage);
    a("step", m.step);
}
template <typename A>
void visit(A& a, ChatMessage& m) {
    a("role", m.role);
    a("content", m.content);
}
template <typename A>
void visit(A& a, Generate& m) {
    a("request", m.request);
    a("model", m.model);
    a("messages", m.messages);
    a("prompt", m.prompt);
    a("chat_template", m.chat_template);
    a("enable_thinking", m.enable_thinking);
    a("max_new_tokens", m.max_new_tokens);
    a("temperature", m.temperature);
    a("top_p", m.top_p);
    a("top_k", m.top_k);
    a("seed", m.seed);
    a("stream", m.stream);
}
template <typename A>
void visit(A& a, Generated& m) {
    a("text", m.text);
    a("finish_reason", m.finish_reason);
    a("prompt_tokens", m.prompt_tokens);
    a("completion_tokens", m.completion_tokens);
    a("seconds", m.seconds);
}
template <typename A>
void visit(A& a, Evaluate& m) {
    a("request", m.request);
    a("model", m.model);
    a("dataset", m.dataset);
    a("split", m.split);
    a("problems", m.problems);
    a("num_samples", m.num_samples);
    a("greedy", m.greedy);
    a("temperature", m.temperature);
    a("max_new_tokens", m.max_new_tokens);
    a("seed", m.seed);
    a("protocol", m.protocol);
    a("resume", m.resume);
}
template <typename A>
void visit(A& a, Evaluated& m) {
    a("run", m.run);
    a("metrics", m.metrics);
    a("seconds", m.seconds);
}
template <typename A>
void visit(A& a, Cancel& m) {
    a("request", m.request);
}
template <typename A>
void visit(A& a, GetModelInfo& m) {
    a("model", m.model);
}
template <typename A>
void visit(A& a, ModelInfo& m) {
    a("path", m.path);
    a("architecture", m.architecture);
    a("parameters", m.parameters);
    a("layers", m.layers);
    a("hidden_size", m.hidden_size);
    a("vocab_size", m.vocab_size);
    a("context_length", m.context_length);
    a("dtype", m.dtype);
    a("quantization", m.quantization);
    a("chat_template", m.chat_template);
    a("device", m.device);
    a("memory_bytes", m.memory_bytes);
}
template <typename A>
void visit(A&, Shutdown&) {}
template <typename A>
void visit(A& a, VerifyChain& m) {
    a("chain", m.chain);
}
template <typename A>
void visit(A& a, ChainVerdict& m) {
    a("status", m.status);
    a("score", m.score);
    a("extracted", m.extracted);
    a("span_begin", m.span_begin);
    a("span_end", m.span_end);
    a("rule", m.rule);
    a("method", m.method);
    a("reason", m.reason);
    a("verifier_hash", m.verifier_hash);
    a("steps", m.steps);
    a("micros", m.micros);
}
template <typename A>
void visit(A& a, AnnotateChain& m) {
    a("chain", m.chain);
    a("flagged", m.flagged);
    a("note", m.note);
    a("disputed", m.disputed);
}
template <typename A>
void visit(A& a, ReplayStep& m) {
    a("request", m.request);
    a("run", m.run);
    a("stage", m.stage);
    a("step", m.step);
}
template <typename A>
void visit(A& a, ReplayedChain& m) {
    a("phase", m.phase);
    a("problem_id", m.problem_id);
    a("sample", m.sample);
    a("outcome", m.outcome);
    a("first_difference", m.first_difference);
}
template <typename A>
void visit(A& a, Replayed& m) {
    a("from", m.from);
    a("chains", m.chains);
    a("note", m.note);
    a("seconds", m.seconds);
}
template <typename A>
void visit(A& a, EditDataset& m) {
    a("request", m.request);
    a("edit", m.edit);
}
template <typename A>
void visit(A& a, UndoEdit& m) {
    a("dataset", m.dataset);
    a("redo", m.redo);
}
template <typename A>
void visit(A& a, DatasetEdited& m) {
    a("edit", m.edit);
    a("dataset", m.dataset);
    a("rows", m.rows);
    a("label", m.label);
}
template <typename A>
void visit(A& a, CheckImport& m) {
    a("request", m.request);
    a("import", m.import);
    a("check_golds", m.check_golds);
}
template <typename A>
void visit(A& a, ImportChecked& m) {
    a("report", m.report);
}
template <typename A>
void visit(A& a, CheckGolds& m) {
    a("request", m.request);
    a("dataset", m.dataset);
}
template <typename A>
void visit(A& a, GoldsChecked& m) {
    a("checked", m.checked);
    a("faults", m.faults);
    a("seconds", m.seconds);
}

template <typename A>
void visit(A& a, StepDone& m) {
    a("run", m.run);
    a("stage", m.stage);
    a("step", m.step);
    a("total_steps", m.total_steps);
    a("seconds", m.seconds);
    a("metrics", m.metrics);
}
template <typename A>
void visit(A& a, Progress& m) {
    a("run", m.run);
    a("stage", m.stage);
    a("step", m.step);
    a("phase", m.phase);
    a("fraction", m.fraction);
}
template <typename A>
void visit(A& a, StageChanged& m) {
    a("run", m.run);
    a("stage", m.stage);
    a("type", m.type);
    a("state", m.state);
    a("total_steps", m.total_steps);
}
template <typename A>
void visit(A& a, RunStateChanged& m) {
    a("run", m.run);
    a("state", m.state);
    a("error", m.error);
}
template <typename A>
void visit(A& a, Event& m) {
    a("run", m.run);
    a("stage", m.stage);
    a("step", m.step);
    a("kind", m.kind);
    a("severity", m.severity);
    a("message", m.message);
    a("detail", m.detail);
}
template <typename A>
void visit(A& a, TokenText& m) {
    a("request", m.request);
    a("text", m.text);
    a("tokens", m.tokens);
}
template <typename A>
void visit(A& a, Log& m) {
    a("level", m.level);
    a("area", m.area);
    a("message", m.message);
}
template <typename A>
void visit(A& a, Resync& m) {
    a("dropped", m.dropped);
}

}  // namespace veritune::engine
