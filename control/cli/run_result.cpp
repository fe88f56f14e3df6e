// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/run_result.hpp"

#include "control/cli/json_number.hpp"
#include "control/cli/whole_file.hpp"
#include "control/client/exit_code.hpp"
#include "control/terminal/output.hpp"

#include "platform/options/typed_name.hpp"
#include "platform/output/writable_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iomanip>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t shown_items_max = 8;

/// Shorter times have no shares worth a line.
constexpr double told_seconds_min = 0.005;

/// As `dump(2)`, with long lists in one line that is cut, and short plain ones in one line too.
std::string indented(const json& value, std::size_t depth = 0) {
  const auto is_plain = [](const json& one) { return !one.is_structured(); };
  if (value.empty() || !value.is_structured() ||
      (value.is_array() && value.size() > shown_items_max))
    return shortened(value);
  if (value.is_array() && std::ranges::all_of(value, is_plain))
    return one_line(value);
  const std::string inner(2 * (depth + 1), ' ');
  std::string text;
  for (const auto& [key, member] : value.items())
    text += (text.empty() ? "\n" : ",\n") + inner +
            (value.is_object() ? one_line(key) + ": " : std::string{}) +
            indented(member, depth + 1);
  const auto* const brackets = value.is_object() ? "{}" : "[]";
  return brackets[0] + text + '\n' + std::string(2 * depth, ' ') + brackets[1];
}

/// Where the time of a run went and what it was; its last line.
std::string told_metrics(const json& ended) {
  const auto metrics = ended.value("figures", json::object());
  const auto seconds = number_of(metrics, "seconds");
  std::ostringstream text;
  text << std::fixed << std::setprecision(1);
  if (seconds >= told_seconds_min) {
    for (const auto& [member, name] :
         {std::pair{"compute", "compute"}, std::pair{"barrier_wait", "barrier wait"},
          std::pair{"transfer", "transfer"}, std::pair{"reduce", "reduce"},
          std::pair{"plan", "plan"}})
      text << name << ' ' << 100 * number_of(metrics, member) / seconds << " %  ";
    constexpr double short_seconds = 0.1;
    text << "of " << std::setprecision(seconds < short_seconds ? 2 : 1) << seconds << " s  ";
  }
  if (ended.contains("seed"))
    text << told_setting(ended);
  return text.str();
}

std::string told_error(const json& error) {
  std::string text;
  if (error.contains("solver"))
    text += "solver " + error["solver"].dump() +
            (error.contains("node") ? " on node " + error["node"].get<std::string>() : "") + ", ";
  if (error.contains("step"))
    text += "step " + error["step"].get<std::string>() + ": ";
  text += error.value("type", "") + ": " + with_typed_names(error.value("text", ""));
  if (error.value("type", "") == "no_solvers")
    text += "; ask for fewer, give the head more places (--workers), or let the run wait for nodes "
            "(--wait-for-nodes)";
  if (error.contains("log"))
    text += "\nits last lines:\n" + error["log"].get<std::string>();
  return text;
}

/// Why a run did not get done; nothing of one that did.
void tell_why(const json& ended) {
  const auto state = ended.at("state").get<std::string>();
  if (state == "done")
    return;
  const auto error = ended.value("error", json());
  const auto why = !error.is_null()        ? ": " + told_error(error)
                   : ended.contains("why") ? " because " + ended.at("why").get<std::string>()
                                           : std::string{};
  std::fprintf(stderr, "control: run %s %s%s\n", ended.at("run").get<std::string>().c_str(),
               state.c_str(), why.c_str());
}

bool has_result(const json& ended) {
  return !ended.at("result").is_null() || ended.at("state") == "done";
}

std::string whole_text(const json& result) {
  return result.dump(2, ' ', false, json::error_handler_t::replace);
}

/// Writes it where that is wanted. Why that failed, if it did.
std::optional<std::string> write_if_wanted(const json& ended, const std::string& file) {
  if (file.empty())
    return std::nullopt;
  const auto run = ended.at("run").get<std::string>();
  if (!has_result(ended)) {
    std::fprintf(stderr, "control: %s has no result; %s is left as it was\n", run.c_str(),
                 file.c_str());
    return std::nullopt;
  }
  try {
    write_result(file, ended.at("result"));
  } catch (const std::runtime_error& why) {
    return why.what();
  }
  std::fprintf(stderr, "control: the result of %s is in %s\n", run.c_str(), file.c_str());
  return std::nullopt;
}

/// Beside what it says of the run, where that has no error of its own.
json with_error(json ended, const std::string& why) {
  if (ended.value("error", json()).is_null())
    ended["error"] = {{"text", why}, {"hint", ""}, {"exit_code", exit_code::failed}};
  return ended;
}

/// What is shown of a run that is over on standard output, which is the only place that is left
/// where `unwritten` says why there is no other.
void show_outcome(const client_options& options, const json& ended, const std::string& text,
                  const std::optional<std::string>& unwritten) {
  if (options.json)
    print(one_line(unwritten ? with_error(ended, *unwritten) : ended));
  else if (unwritten)
    print(whole_text(ended.at("result")));
  else if (!text.empty())
    print(text);
  tell_why(ended);
  if (unwritten)
    std::fprintf(stderr, "control: %s; the result is on standard output instead\n",
                 unwritten->c_str());
}

int code_of_end(const json& ended, const std::optional<std::string>& unwritten) {
  return ended.at("state") == "done" && !unwritten ? exit_code::done : exit_code::failed;
}

} // namespace

std::string shortened(const json& value) {
  if (value.is_array() && value.size() > shown_items_max) {
    std::string text = "[";
    for (std::size_t i = 0; i < shown_items_max; ++i)
      text += shortened(value[i]) + ", ";
    return text + "… " + std::to_string(value.size()) + " values]";
  }
  if (value.is_object()) {
    std::string text = "{";
    for (const auto& [key, member] : value.items())
      text += (text.size() > 1 ? ", " : "") + one_line(key) + ": " + shortened(member);
    return text + "}";
  }
  return one_line(value);
}

std::string told_setting(const json& run) {
  const auto solvers = run.value("solvers", std::uint64_t{0}); // 0 of one that never started
  const auto seed = "seed " + run.at("seed").dump();
  return solvers == 0
             ? seed
             : std::to_string(solvers) + (solvers == 1 ? " solver, " : " solvers, ") + seed;
}

std::string told_place(const json& run) {
  const auto queue = run.value("queue", json());
  if (!queue.is_object() || !queue.contains("waits_for") || !queue["waits_for"].is_string())
    return "";
  return ": waits for " + queue["waits_for"].get<std::string>() + ", place " +
         queue.value("place", json()).dump() + " of the queue";
}

std::string why_no_place_for_result(const std::string& file) {
  std::error_code unknown;
  const auto kind = fs::status(file, unknown);
  if (fs::is_directory(kind))
    return file + " is a folder";
  if (fs::exists(kind) && !fs::is_regular_file(kind)) // a pipe, a terminal
    return ::access(file.c_str(), W_OK) == 0 ? std::string{}
                                             : "cannot write " + file + ": " + std::strerror(errno);
  const auto target = fs::weakly_canonical(file, unknown);
  const auto folder = (target.empty() ? fs::absolute(file, unknown) : target).parent_path();
  return why_not_writable(folder.string());
}

void write_result(const std::string& file, const json& result) {
  whole_file written{file};
  written.write(whole_text(result));
  written.write("\n");
  written.keep();
}

int show_end_of_run(const client_options& options, const json& ended, const std::string& file) {
  const auto unwritten = write_if_wanted(ended, file); // first: what is printed tells of it
  const auto line = ended.at("run").get<std::string>() + ' ' +
                    ended.at("state").get<std::string>() + ": " + shortened(ended.at("result"));
  show_outcome(options, ended, has_result(ended) ? line : "", unwritten);
  if (const auto metrics = told_metrics(ended); !options.json && !metrics.empty())
    std::fprintf(stderr, "%s\n", metrics.c_str());
  return code_of_end(ended, unwritten);
}

int show_result_alone(const client_options& options, const json& ended, const std::string& file) {
  const auto unwritten = write_if_wanted(ended, file);
  std::string text;
  if (file.empty() && has_result(ended))
    text = ::isatty(STDOUT_FILENO) != 0 ? indented(ended.at("result"))
                                        : whole_text(ended.at("result"));
  show_outcome(options, ended, text, unwritten);
  return code_of_end(ended, unwritten);
}

} // namespace lockstep
