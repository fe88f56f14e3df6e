// SPDX-License-Identifier: BSD-3-Clause

#include "control/completion/complete_command.hpp"

#include "control/client/client_options.hpp"
#include "control/client/connection.hpp"
#include "control/client/exit_code.hpp"
#include "control/client/head_process.hpp"
#include "control/client/head_search.hpp"
#include "control/completion/completion.hpp"
#include "control/models/model_paths.hpp"
#include "control/rpc/methods.hpp"

#include "platform/output/standard_output.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace lockstep {

namespace {

/// Nobody waits longer for a proposal.
constexpr std::chrono::milliseconds proposal_limit{2'000};

/// A head that is asked for words. Whatever it does not answer is null.
class asked_head {
public:
  explicit asked_head(client_options options) : options_(std::move(options)) {}
  ~asked_head() {
    if (own_)
      ask("system.terminate");
    link_.reset();
  }
  asked_head(const asked_head&) = delete;
  asked_head& operator=(const asked_head&) = delete;

  json ask(const std::string& method) {
    return ask(method, [](connection&) { return json::object(); });
  }

  /// Models are known to any head of this machine. It is asked what `models` and `run` ask it.
  json models() {
    start_if_there_is_none();
    return ask("models.list", [](connection& link) { return model_params(link); });
  }
  json describe(const std::string& model) {
    start_if_there_is_none();
    return ask("models.describe", [&](connection& link) { return model_params(link, model); });
  }

private:
  json ask(const std::string& method, const std::function<json(connection&)>& params) {
    try {
      if (!link_)
        link_.emplace(connect_to_head(options_));
      return link_->call(method, params(*link_), proposal_limit);
    } catch (const std::exception&) {
      return nullptr;
    }
  }

  void start_if_there_is_none() {
    if (!link_ && ask("system.describe").is_null() && !options_.is_chosen())
      start_own();
  }

  void start_own() {
    try {
      own_ = std::make_unique<head_process>(address{"127.0.0.1", 0},
                                            std::vector<std::string>{"--no-node", "--unlisted"});
      link_.emplace(own_->where());
    } catch (const std::exception&) {
      own_.reset(); // nothing is proposed
    }
  }

  client_options options_;
  std::unique_ptr<head_process> own_;
  std::optional<connection> link_;
};

/// One member of each object of a list, and another as its meaning.
std::vector<proposal> members(const json& list, const char* word, const char* meaning) {
  std::vector<proposal> all;
  if (list.is_array())
    for (const auto& one : list)
      all.push_back(
          {one.at(word).is_string() ? one.at(word).get<std::string>() : one.at(word).dump(),
           one.value(meaning, "")});
  return all;
}

std::vector<proposal> words_of_kind(asked_head& head, const std::string& kind) {
  if (kind == "MODEL")
    if (const auto listed = head.models(); listed.is_object())
      return members(listed.at("models"), "name", "summary");
  if (kind == "RUN")
    return members(head.ask("runs.list"), "run", "model");
  if (kind == "NODE")
    return members(head.ask("nodes.list"), "node", "host");
  if (kind == "SOLVER")
    return members(head.ask("solvers.list"), "solver", "state");
  std::vector<proposal> all;
  if (kind == "METHOD")
    for (const auto& one : methods())
      all.push_back({std::string{one.name}, std::string{one.summary}});
  return all;
}

/// What follows an option, as its next word or behind "="; empty where it is not among the words.
std::string word_behind(const std::string& option, const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == option && i + 1 < words.size())
      return words[i + 1];
    if (words[i].starts_with(option + '='))
      return words[i].substr(option.size() + 1);
  }
  return {};
}

/// What the words say of where the head is.
client_options options_in(const std::vector<std::string>& words) {
  client_options options;
  options.at = word_behind("--at", words);
  options.access.ca = word_behind("--ca", words);
  options.access.token_file = word_behind("--token-file", words);
  return options;
}

} // namespace

int complete_words(const CLI::App& app, std::vector<std::string> words) {
  asked_head head{options_in(words)};
  const head_words source{[&head](const std::string& kind) { return words_of_kind(head, kind); },
                          [&head](const std::string& model) {
                            const auto described = head.describe(model);
                            return described.is_object()
                                       ? described.value("parameters", json::array())
                                       : json::array();
                          }};
  write_output(lines_of(propose(app, std::move(words), source)));
  return exit_code::done;
}

} // namespace lockstep
