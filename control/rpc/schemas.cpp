// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/schemas.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace lockstep::schemas {

namespace {

struct member {
  std::string_view name;
  json schema;
  bool optional = false;
};

json of_type(std::string_view name) {
  return {{"type", name}};
}

json or_null(std::string_view name) {
  return {{"type", {name, "null"}}};
}

json integer() {
  return of_type("integer");
}

json number() {
  return of_type("number");
}

json string() {
  return of_type("string");
}

json any() {
  return json::object();
}

json one_of(std::initializer_list<std::string_view> words) {
  return {{"type", "string"}, {"enum", words}};
}

json run_state() {
  return one_of(
      {"queued", "starting", "running", "paused", "cancelling", "done", "failed", "cancelled"});
}

json refer(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

json object_of(std::initializer_list<member> members) {
  json schema{{"type", "object"}, {"properties", json::object()}, {"required", json::array()}};
  for (const auto& each : members) {
    schema["properties"][std::string(each.name)] = each.schema;
    if (!each.optional)
      schema["required"].push_back(each.name);
  }
  return schema;
}

json parameter() {
  return object_of({{"name", string()},
                    {"type", string()},
                    {"default", any()},
                    {"help", string()},
                    {"minimum", number(), true},
                    {"maximum", number(), true},
                    {"choices", list_of(any()), true},
                    {"required", of_type("boolean"), true}});
}

json run_error() {
  auto schema = object_of({{"type", string()},
                           {"text", string()},
                           {"solver", integer(), true},
                           {"node", string(), true},
                           {"step", string(), true},
                           {"signal", any(), true},
                           {"exit_code", integer(), true},
                           {"log", string(), true}});
  schema["type"] = json{"object", "null"};
  return schema;
}

json run_step() {
  auto schema = object_of({{"number", integer()}, {"name", string()}, {"kind", string()}});
  schema["type"] = json{"object", "null"};
  return schema;
}

json run_metrics() {
  return object_of({{"seconds", number()},
                    {"compute", number()},
                    {"barrier_wait", number()},
                    {"transfer", number()},
                    {"reduce", number()},
                    {"plan", number()}});
}

json run_object() {
  return object_of({{"run", string()},
                    {"model", string()},
                    {"state", run_state()},
                    {"parameters", object()},
                    {"seed", integer()},
                    {"solvers", integer()},
                    {"nodes", list_of(string())},
                    {"queued_at", string()},
                    {"started_at", or_null("string")},
                    {"finished_at", or_null("string")},
                    {"step", run_step()},
                    {"steps", integer()},
                    {"reports", integer()},
                    {"figures", run_metrics()},
                    {"error", refer("run_error")},
                    {"why", string(), true}});
}

} // namespace

json object() {
  return of_type("object");
}

json list_of(json members) {
  return {{"type", "array"}, {"items", std::move(members)}};
}

json system() {
  return object_of(
      {{"name", string()},
       {"version", string()},
       {"pid", integer()},
       {"started", string()},
       {"started_by", string()},
       {"control", string()},
       {"cluster", or_null("string")},
       {"nodes", integer()},
       {"solvers", integer()},
       {"runs",
        object_of({{"queued", integer()}, {"running", integer()}, {"finished", integer()}})},
       {"limits", object()}});
}

json terminating() {
  return object_of({{"terminating", of_type("boolean")}});
}

json identity() {
  return object_of({{"role", one_of({"read", "operate", "admin"})}, {"id", string()}});
}

json node() {
  return object_of(
      {{"node", string()},
       {"name", or_null("string")},
       {"host", string()},
       {"pid", integer()},
       {"solvers", integer()},
       {"cores", list_of(integer())},
       {"hosted", list_of(integer())},
       {"runs", list_of(object_of({{"run", string()}, {"solvers", list_of(integer())}}))},
       {"version", string()},
       {"abi", integer()},
       {"caf", string()},
       {"state", one_of({"up", "draining", "leaving", "gone"})},
       {"up", of_type("boolean")},
       {"load", number(), true},
       {"processors", integer(), true},
       {"memory_bytes", integer(), true},
       {"memory_available_bytes", integer(), true},
       {"round_trip_ms", number(), true},
       {"clock_offset_ms", number(), true}});
}

json solver() {
  return object_of({{"solver", integer()},
                    {"node", string()},
                    {"slot", integer()},
                    {"pid", integer()},
                    {"core", or_null("integer")},
                    {"state", one_of({"starting", "idle", "busy", "dead"})},
                    {"restarts", integer()}});
}

json status() {
  return object_of({{"solver", integer()},
                    {"node", string()},
                    {"slot", integer()},
                    {"pid", integer()},
                    {"core", or_null("integer")},
                    {"state", one_of({"starting", "idle", "busy", "dead"})},
                    {"run", or_null("string")},
                    {"index", or_null("integer")},
                    {"step", or_null("string")},
                    {"number", integer()},
                    {"fraction", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}},
                    {"note", string()},
                    {"seconds", number()},
                    {"answered_us", number()}});
}

json logs() {
  return object_of(
      {{"solver", or_null("integer")}, {"text", string()}, {"dropped_bytes", integer()}});
}

json plan_logs() {
  return object_of({{"run", string()}, {"text", string()}, {"dropped_bytes", integer()}});
}

json waiting() {
  auto solver = object_of({{"solver", integer()},
                           {"position", or_null("integer")},
                           {"node", string()},
                           {"name", or_null("string")},
                           {"core", or_null("integer")},
                           {"state", one_of({"computes", "not_begun", "unknown"})},
                           {"seconds", or_null("number")},
                           {"fraction", or_null("number")},
                           {"note", or_null("string")},
                           {"over_median", of_type("boolean")}});
  return object_of({{"run", string()},
                    {"state", run_state()},
                    {"waits_for", or_null("string")},
                    {"step", run_step()},
                    {"seconds", or_null("number")},
                    {"sentence", string()},
                    {"solvers", or_null("integer")},
                    {"reached", or_null("integer")},
                    {"computing", or_null("integer")},
                    {"not_begun", or_null("integer")},
                    {"unknown", or_null("integer")},
                    {"missing", or_null("integer")},
                    {"longest", list_of(std::move(solver))}});
}

json models() {
  const auto known = object_of({{"name", string()},
                                {"summary", string()},
                                {"path", or_null("string")},
                                {"sha256", or_null("string")}});
  const auto refused = object_of({{"path", string()}, {"why", string()}});
  const auto hidden =
      object_of({{"name", string()}, {"path", or_null("string")}, {"by", or_null("string")}});
  return object_of(
      {{"models", list_of(known)}, {"hidden", list_of(hidden)}, {"refused", list_of(refused)}});
}

json model() {
  return object_of({{"name", string()},
                    {"summary", string()},
                    {"path", or_null("string")},
                    {"sha256", or_null("string")},
                    {"abi", integer()},
                    {"parameters", list_of(parameter())}});
}

json run() {
  return refer("run");
}

json outcome() {
  return object_of({{"run", string()},
                    {"state", run_state()},
                    {"seed", integer()},
                    {"solvers", integer()},
                    {"result", any()},
                    {"figures", run_metrics()},
                    {"error", refer("run_error"), true},
                    {"why", string(), true}});
}

json report() {
  return object_of({{"number", integer()}, {"report", any()}});
}

json step() {
  return object_of({{"number", integer()},
                    {"name", string()},
                    {"kind", string()},
                    {"began", number()},
                    {"seconds", number()},
                    {"slowest", number()},
                    {"mean", number()},
                    {"imbalance", number()},
                    {"barrier_wait", number()},
                    {"reduce", number()},
                    {"transfer", number()},
                    {"bytes_in", integer()},
                    {"bytes_out", integer()},
                    {"solver_seconds", list_of(number()), true}});
}

json timeline() {
  const auto shares = list_of({{"type", "number"}, {"minimum", 0}, {"maximum", 1}});
  return object_of({{"run", string()},
                    {"from_seconds", number()},
                    {"to_seconds", number()},
                    {"columns", integer()},
                    {"column_seconds", number()},
                    {"first_step", or_null("integer")},
                    {"last_step", or_null("integer")},
                    {"rows_from_step", or_null("integer")},
                    {"between", shares},
                    {"transfer", shares},
                    {"reduce", shares},
                    {"rows", list_of(object_of({{"first", integer()},
                                                {"solvers", integer()},
                                                {"nodes", list_of(string())},
                                                {"computed", shares},
                                                {"waited", shares}}))}});
}

json subscription() {
  return object_of({{"subscription", integer()}});
}

json components() {
  return {{"run", run_object()}, {"run_error", run_error()}};
}

} // namespace lockstep::schemas
