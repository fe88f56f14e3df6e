#include "actors/controller/history_view.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string_view>
#include <utility>

namespace lockstep {

namespace {

std::string text_of_json(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Adds a member to the text of an object that has some.
void add_member(std::string& object, std::string_view name, const std::string& value) {
  object.back() = ',';
  object += '"';
  object += name;
  object += "\":";
  object += value;
  object += '}';
}

void add_number(std::string& text, std::unsigned_integral auto value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
}

/// The shortest that reads back as the same number; it looks like one that need not be whole.
void add_number(std::string& text, double value) {
  if (!std::isfinite(value)) {
    text += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view written{digits.data(), static_cast<std::size_t>(end - digits.data())};
  text += written;
  if (written.find_first_of(".e") == std::string_view::npos)
    text += ".0";
}

/// Makes a list of members until it is full.
class list_text {
public:
  explicit list_text(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// False where the list is full; then the member is not in it.
  bool add(const std::string& member) {
    if (text_.size() > 1 && text_.size() + member.size() + 2 > bytes_max_)
      return false;
    if (text_.size() > 1)
      text_ += ',';
    text_ += member;
    return true;
  }

  std::string close() && { return std::move(text_) + ']'; }

private:
  std::size_t bytes_max_;
  std::string text_ = "[";
};

std::string run_text(const run_summary& run) {
  auto text = text_of_json(to_json(run));
  add_member(text, "parameters", text_of_json(run.parameters.value()));
  return text;
}

std::string outcome_text(const run_summary& run) {
  auto text = text_of_json(outcome_to_json(run));
  add_member(text, "result", run.result.str());
  return text;
}

/// By hand, because there are thousands of them.
void write_step(std::string& text, const step_record& step, const std::vector<double>* solvers) {
  const auto add = [&](std::string_view name, auto value) {
    text += name;
    add_number(text, value);
  };
  text.clear();
  add(R"({"number":)", step.number);
  text += R"(,"name":)" + text_of_json(step.title->name);
  text += R"(,"kind":)" + text_of_json(step.title->kind);
  add(R"(,"seconds":)", step.seconds);
  add(R"(,"slowest":)", step.slowest);
  add(R"(,"mean":)", step.mean);
  add(R"(,"imbalance":)", step.mean > 0 ? step.slowest / step.mean : 1.0);
  add(R"(,"barrier_wait":)", step.slowest - step.mean);
  add(R"(,"reduce":)", step.reduce_seconds);
  add(R"(,"transfer":)", std::max(0.0, step.seconds - step.slowest - step.reduce_seconds));
  add(R"(,"bytes_in":)", step.bytes_in);
  add(R"(,"bytes_out":)", step.bytes_out);
  if (solvers != nullptr) {
    text += R"(,"solver_seconds":[)";
    for (const auto& its : *solvers) {
      if (&its != solvers->data())
        text += ',';
      add_number(text, its);
    }
    text += ']';
  }
  text += '}';
}

std::string steps_text(const history_view& found, std::size_t bytes_max) {
  list_text list{bytes_max};
  std::string one;
  found.steps.each([&](std::uint64_t number, const step_record& step) {
    write_step(one, step, found.solver_seconds.find(number));
    return list.add(one);
  });
  return std::move(list).close();
}

std::string reports_text(const history_view& found, std::size_t bytes_max) {
  list_text list{bytes_max};
  found.reports.each([&](std::uint64_t number, const json_text& report) {
    return list.add(R"({"number":)" + std::to_string(number) + R"(,"report":)" + report.str() +
                    '}');
  });
  return std::move(list).close();
}

std::string runs_text(const history_view& found, std::size_t bytes_max) {
  list_text list{bytes_max};
  for (const auto& run : found.runs)
    if (!list.add(run_text(*run)))
      break;
  return std::move(list).close();
}

/// More or less; no more than is needed to see that it is large.
std::size_t bytes_of(const history_view& found, std::size_t enough) {
  constexpr std::size_t object_bytes = 500;
  constexpr std::size_t number_bytes = 20;
  std::size_t bytes = 0;
  const auto add = [&](std::size_t more) {
    bytes += object_bytes + more;
    return bytes < enough;
  };
  for (const auto& run : found.runs)
    if (!add(run->parameters.bytes() + run->result.bytes()))
      return bytes;
  found.steps.each([&](std::uint64_t, const step_record&) { return add(0); });
  found.solver_seconds.each([&](std::uint64_t, const std::vector<double>& seconds) {
    return add(number_bytes * seconds.size());
  });
  found.reports.each([&](std::uint64_t, const json_text& one) { return add(one.bytes()); });
  return bytes;
}

} // namespace

bool is_small(const history_view& found) {
  constexpr std::size_t small_bytes = std::size_t{16} << 10U;
  return bytes_of(found, small_bytes) < small_bytes;
}

std::string to_text(const history_view& found, std::size_t bytes_max) {
  switch (found.asked.what) {
  case history_query::part::run: {
    auto text = run_text(*found.runs.at(0));
    add_member(text, "queue", text_of_json(found.queue));
    return text;
  }
  case history_query::part::result:
    return outcome_text(*found.runs.at(0));
  case history_query::part::steps:
    return steps_text(found, bytes_max);
  case history_query::part::reports:
    return reports_text(found, bytes_max);
  case history_query::part::runs:
    break;
  }
  return runs_text(found, bytes_max);
}

} // namespace lockstep
