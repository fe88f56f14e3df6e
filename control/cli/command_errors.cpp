// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/command_errors.hpp"

#include "control/cli/run_result.hpp"
#include "control/client/connection_error.hpp"
#include "control/client/exit_code.hpp"
#include "control/client/usage_error.hpp"
#include "control/rpc/error.hpp"
#include "control/terminal/output.hpp"
#include "platform/options/typed_name.hpp"
#include "platform/text/nearest_name.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace lockstep {

namespace {

int report_error(const client_options& options, const std::string& what, const std::string& hint,
                 int code, int rpc) {
  const auto text = with_typed_names(what);
  const auto proposal = with_typed_names(hint);
  if (options.json) {
    json error{{"error", {{"text", text}, {"hint", proposal}, {"exit_code", code}}}};
    if (rpc != 0)
      error["error"]["code"] = rpc;
    print(one_line(error));
  }
  std::fprintf(stderr, "control: %s%s%s\n", text.c_str(), proposal.empty() ? "" : " ",
               proposal.c_str());
  return code;
}

std::string as_sentence(const std::string& text) {
  return text.ends_with('.') ? text : text + '.';
}

int exit_code_of(int rpc) {
  const bool usage = rpc == rpc_code::bad_parameter || rpc == rpc_code::invalid_params ||
                     rpc == rpc_code::method_not_found || rpc == rpc_code::no_such_model ||
                     rpc == rpc_code::no_such_run || rpc == rpc_code::no_such_solver;
  return usage ? exit_code::usage : exit_code::failed;
}

/// "pki issue " for that command, nothing for the program itself.
std::string words_of(const CLI::App& command) {
  const auto* above = command.get_parent();
  return above == nullptr ? "" : words_of(*above) + command.get_name() + " ";
}

/// All commands and options that may stand there.
std::vector<std::string> names_at(const CLI::App& at) {
  std::vector<std::string> names;
  for (const auto* command : at.get_subcommands({}))
    names.push_back(command->get_name());
  for (const auto* option : at.get_options())
    for (const auto& name : option->get_lnames())
      if (!option->get_group().empty())
        names.push_back("--" + name);
  return names;
}

/// What the parser stumbled over.
std::string complaint(const CLI::App& at, const CLI::ParseError& stop) {
  const auto unknown = at.remaining();
  // Other errors end the parsing, so that words which have a place are left over too.
  const bool is_of_words = dynamic_cast<const CLI::ExtrasError*>(&stop) != nullptr ||
                           dynamic_cast<const CLI::RequiredError*>(&stop) != nullptr;
  if (unknown.empty() || !is_of_words || at.get_allow_extras())
    return stop.what() + std::string{"."};
  const auto names = names_at(at);
  const auto nearest = nearest_name(unknown.front(), {names.begin(), names.end()});
  const bool is_group = !at.get_subcommands({}).empty();
  return (is_group ? "there is no command or option '" : "here is no place for '") +
         unknown.front() + (nearest.empty() ? "'." : "'; did you mean '" + nearest + "'?");
}

} // namespace

const CLI::App* named_command(const CLI::App& app) {
  const auto below = app.get_subcommands();
  return below.empty() ? &app : named_command(*below.front());
}

int report_misspelt(const client_options& options, const CLI::App& app,
                    const CLI::ParseError& stop) {
  const auto& command = *named_command(app);
  return report_error(options, complaint(command, stop),
                      "`control " + words_of(command) + "--help` tells more.", exit_code::usage, 0);
}

int reported(const client_options& options, const std::function<int()>& action) {
  try {
    return action();
  } catch (const usage_error& wrong) {
    return report_error(options, wrong.what(), "", exit_code::usage, 0);
  } catch (const command_ended& end) {
    return report_error(options, end.what(), "", end.code, 0);
  } catch (const call_failed& failed) {
    return report_error(options, failed.what(), failed.hint, exit_code_of(failed.code),
                        failed.code);
  } catch (const cannot_connect& why) {
    return report_error(options, "cannot connect to " + as_sentence(why.what()),
                        why.hint.empty()
                            ? "Start a head with `control serve`, or say where it is with --at."
                            : why.hint,
                        exit_code::cannot_connect, 0);
  } catch (const std::exception& thrown) {
    return report_error(options, thrown.what(), "", exit_code::failed, 0);
  }
}

} // namespace lockstep
