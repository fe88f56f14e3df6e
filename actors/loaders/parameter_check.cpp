// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/parameter_check.hpp"

#include "platform/text/nearest_name.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include <unistd.h>

namespace lockstep {

namespace {

tl::unexpected<bad_parameter> refuse(std::string name, std::string why) {
  return tl::unexpected(bad_parameter{std::move(name), std::move(why)});
}

/// Up to here each is a double.
constexpr double whole_number_max = 9.0e15;

bool is_whole(double number) {
  return std::abs(number) < whole_number_max && std::nearbyint(number) == number;
}

/// A limit of whole numbers is one too.
json limit_of(const parameter& described, double limit) {
  if (described.type == parameter_type::integer && is_whole(limit))
    return static_cast<std::int64_t>(limit);
  return limit;
}

bool has_type(const json& value, parameter_type type) {
  switch (type) {
  case parameter_type::integer:
    return value.is_number_integer() || (value.is_number_float() && is_whole(value.get<double>()));
  case parameter_type::number:
    return value.is_number();
  case parameter_type::text:
  case parameter_type::file:
    return value.is_string();
  case parameter_type::flag:
    return value.is_boolean();
  case parameter_type::object:
    return value.is_object();
  case parameter_type::array:
    return value.is_array();
  }
  return false;
}

std::string plain(double value) {
  std::ostringstream text;
  text.precision(15);
  text << value;
  return text.str();
}

std::string shown(const json& value) {
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  constexpr std::size_t shown_bytes_max = 60;
  if (text.size() > shown_bytes_max)
    text = text.substr(0, shown_bytes_max) + "…";
  return text;
}

std::string why_no_access(const std::string& path, int mode) {
  if (::access(path.c_str(), mode) == 0)
    return {};
  return std::generic_category().message(errno) + ": " + shown(path);
}

/// Nothing of a file that is not given.
std::string why_wrong_file(const std::string& path, bool written) {
  namespace fs = std::filesystem;
  if (path.empty())
    return {};
  if (path.find('\0') != std::string::npos)
    return "has a NUL character in the name of its file";
  if (path.front() != '/')
    return "must be an absolute path, not " + shown(path) +
           ": whoever asks may be in another folder than the head";
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return "must be a file, not the folder " + shown(path);
  if (written && !fs::exists(path, ignored)) {
    const auto folder = fs::path{path}.parent_path().string();
    const auto why = why_no_access(folder, W_OK | X_OK);
    return why.empty() ? why : "cannot be written on the head's machine: " + why;
  }
  const auto why = why_no_access(path, written ? W_OK : R_OK);
  return why.empty() ? why
                     : std::string{"cannot be "} + (written ? "written" : "read") +
                           " on the head's machine: " + why;
}

std::string why_wrong(const parameter& wanted, const json& value) {
  if (!has_type(value, wanted.type))
    return "takes a value of type " + std::string{to_string(wanted.type)} + ", not " + shown(value);
  if (value.is_number()) {
    const auto number = value.get<double>();
    if (wanted.minimum && !(number >= *wanted.minimum))
      return "must be at least " + plain(*wanted.minimum) + ", not " + shown(value);
    if (wanted.maximum && !(number <= *wanted.maximum))
      return "must be at most " + plain(*wanted.maximum) + ", not " + shown(value);
  }
  if (!wanted.choices.empty() && std::ranges::find(wanted.choices, value) == wanted.choices.end())
    return "must be one of " + shown(json(wanted.choices)) + ", not " + shown(value);
  if (wanted.type == parameter_type::file)
    return why_wrong_file(value.get<std::string>(), wanted.written);
  return {};
}

/// An empty name stands for no file.
bool is_given(const parameter& wanted, const json& values) {
  return values.contains(wanted.name) &&
         (wanted.type != parameter_type::file || values.at(wanted.name) != "");
}

std::string unknown(const std::vector<parameter>& described, const std::string& name) {
  std::vector<std::string_view> names;
  std::string list;
  for (const auto& known : described) {
    names.push_back(known.name);
    list += (list.empty() ? "" : ", ") + known.name;
  }
  const auto meant = nearest_name(name, names);
  return "is no parameter of this model" +
         (meant.empty() ? "; it takes: " + list : "; did you mean '" + meant + "'?");
}

using checked = tl::expected<json, bad_parameter>;

/// What checks are under way. Never destroyed: a check that hangs may outlive main.
struct asked_checks {
  std::mutex guard;
  std::condition_variable answered;
  /// That did not return in time, and have not yet: by model, or null where a file system is
  /// waited for.
  std::map<const model*, std::size_t> late;
};

asked_checks& all_checks() {
  static auto* const checks = new asked_checks; // NOLINT: see above
  return *checks;
}

/// So many starts may wait for file systems that do not answer, each with a thread.
constexpr std::size_t late_files_max = 8;

/// A question about parameters: of its thread and of whoever waits, whoever lives longer.
struct asked_check {
  const model* of = nullptr;
  json given;
  const model* at = nullptr; ///< what is waited for, as in `late`
  std::optional<checked> answer;
  bool is_late = false;
};

void ask_check(asked_check& question) {
  auto& checks = all_checks();
  auto answer = checked_parameters(question.of->parameters(), question.given);
  if (answer) {
    {
      const std::lock_guard lock{checks.guard};
      if (question.is_late)
        return static_cast<void>(--checks.late[nullptr]); // nobody waits for the model's word
      question.at = question.of;
    }
    if (auto why = question.of->check(*answer); !why.empty())
      answer = refuse({}, std::move(why));
  }
  const std::lock_guard lock{checks.guard};
  question.answer = std::move(answer);
  if (question.is_late)
    --checks.late[question.at];
  checks.answered.notify_all();
}

checked too_late(const asked_check& question, std::chrono::milliseconds limit) {
  const auto within = " within " + std::to_string(limit.count()) + " ms";
  if (question.at == nullptr)
    return refuse("parameters", "cannot be checked: a file system of the head's machine has "
                                "not answered" +
                                    within);
  return refuse({}, "the model's check has not returned" + within);
}

} // namespace

std::string_view to_string(parameter_type type) {
  switch (type) {
  case parameter_type::integer:
    return "integer";
  case parameter_type::number:
    return "number";
  case parameter_type::text:
    return "string";
  case parameter_type::flag:
    return "boolean";
  case parameter_type::object:
    return "object";
  case parameter_type::file:
    return "file";
  case parameter_type::array:
    break;
  }
  return "array";
}

json to_json_description(const parameter& described) {
  json text{{"name", described.name},
            {"type", to_string(described.type)},
            {"default", described.fallback},
            {"help", described.help}};
  // JSON has no infinity, and a limit there is none.
  if (described.minimum && std::isfinite(*described.minimum))
    text["minimum"] = limit_of(described, *described.minimum);
  if (described.maximum && std::isfinite(*described.maximum))
    text["maximum"] = limit_of(described, *described.maximum);
  if (!described.choices.empty())
    text["choices"] = described.choices;
  if (described.required)
    text["required"] = true;
  if (described.written)
    text["written"] = true;
  return text;
}

tl::expected<json, bad_parameter> checked_parameters(const std::vector<parameter>& described,
                                                     const json& given) {
  if (!given.is_object() && !given.is_null())
    return refuse("parameters", "must be an object of names and values, not " + shown(given));
  if (described.empty())
    return given.is_null() ? json::object() : given;
  json full = json::object();
  for (const auto& [name, value] : given.items()) {
    const auto wanted = std::ranges::find(described, name, &parameter::name);
    if (wanted == described.end())
      return refuse(name, unknown(described, name));
    if (auto why = why_wrong(*wanted, value); !why.empty())
      return refuse(name, std::move(why));
    full[name] = wanted->type == parameter_type::integer && value.is_number_float()
                     ? json(value.get<std::int64_t>())
                     : value;
  }
  for (const auto& wanted : described) {
    if (is_given(wanted, full))
      continue;
    if (wanted.required)
      return refuse(wanted.name, "must be given: " + wanted.help);
    full[wanted.name] = wanted.fallback;
  }
  return full;
}

tl::expected<json, bad_parameter> checked_parameters(const model& of, const json& given,
                                                     std::chrono::milliseconds limit) {
  auto& checks = all_checks();
  std::unique_lock lock{checks.guard};
  if (checks.late[&of] > 0)
    return refuse({}, "the model's check of an earlier start has not returned yet");
  if (checks.late[nullptr] >= late_files_max)
    return refuse("parameters", "cannot be checked: a file system of the head's machine has "
                                "not answered for earlier starts yet");
  const auto question = std::make_shared<asked_check>();
  question->of = &of;
  question->given = given;
  try {
    std::thread{[question] { ask_check(*question); }}.detach();
  } catch (const std::system_error& none) {
    return refuse("parameters",
                  std::string{"cannot be checked: there is no thread for it: "} + none.what());
  }
  if (checks.answered.wait_for(lock, limit, [&] { return question->answer.has_value(); }))
    return *std::move(question->answer);
  question->is_late = true;
  ++checks.late[question->at];
  return too_late(*question, limit);
}

std::string to_sentence(const bad_parameter& refused, const std::string& model) {
  auto sentence = refused.name.empty()
                      ? "The parameters of " + model + " do not go together: " + refused.why
                      : "Parameter \"" + refused.name + "\" of " + model + " " + refused.why;
  return sentence + (sentence.ends_with('.') ? "" : ".");
}

} // namespace lockstep
