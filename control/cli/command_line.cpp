// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/command_line.hpp"

#include "control/cli/command_errors.hpp"
#include "control/cli/commands.hpp"
#include "control/cli/run_command.hpp"
#include "control/cli/run_result.hpp"
#include "control/cli/serve_arguments.hpp"
#include "control/cli/trace.hpp"
#include "control/client/exit_code.hpp"
#include "control/client/usage_error.hpp"
#include "control/completion/complete_command.hpp"
#include "control/completion/completion.hpp"
#include "control/deploy/up_command.hpp"
#include "control/models/model_parameters.hpp"
#include "control/pki/pki_commands.hpp"
#include "control/pki/token_commands.hpp"
#include "control/terminal/output.hpp"
#include "platform/options/option_value.hpp"
#include "platform/process/resource_limits.hpp"

#include "platform/options/typed_name.hpp"
#include "platform/output/standard_output.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <sstream>

namespace lockstep {

namespace {

/// Everything that the command line can say.
struct command_line {
  CLI::App app{"Lockstep: numerical models, step by step, on every core."};
  client_options client;
  run_options run;
  up_options up;
  serve_arguments head;
  node_arguments node;
  std::string run_name, node_name, method, params = "{}", shell;
  std::optional<std::uint64_t> solver;
  std::string plan;
  bool follow = false, when_idle = false;
  double wait = 0;
  std::map<const CLI::App*, std::function<int()>> actions;

  /// They may stand before the command and after it.
  void add_shared_options(CLI::App& to) {
    to.add_option(
          "--at", client.at,
          "where the head is: HOST:PORT or a connection file (default LOCKSTEP_CONTROL, then "
          "a head of yours on this machine, then 127.0.0.1:8050)")
        ->type_name("HOST:PORT|FILE");
    to.add_option("--ca", client.access.ca,
                  "the cluster's ca.pem: TLS, to a head of that cluster only (default LOCKSTEP_CA)")
        ->type_name("FILE");
    to.add_option("--token-file", client.access.token_file,
                  "file that holds a token (default the token in LOCKSTEP_TOKEN)")
        ->type_name("FILE");
    to.add_flag("--json", client.json, "print one JSON object on one line");
  }

  void take_model_words(const std::string& command) {
    run.words = app.get_subcommand(command)->remaining();
    if (command != "run")
      refuse_options_of_run();
    if (run.words.empty())
      throw usage_error("which model? `control models` lists them");
    run.model = take_model(run.words).value_or("");
  }

  /// No model gets to see them: `run` takes them for itself.
  void refuse_options_of_run() const {
    for (const auto& word : run.words) {
      const auto name = word.substr(0, word.find('='));
      if (name.starts_with("--") && app.get_subcommand("run")->get_option_no_throw(name) != nullptr)
        throw usage_error(name + " is for `control run`, which stays until the run is over; leave "
                                 "it out, or use that");
    }
  }

  CLI::App* command(const std::string& name, const std::string& what, const std::string& example,
                    std::function<int()> action) {
    return command_below(app, name, what, example, std::move(action));
  }

  CLI::App* command_below(CLI::App& group, const std::string& name, const std::string& what,
                          const std::string& example, std::function<int()> action) {
    auto* added = group.add_subcommand(name, what)->footer("Example: " + example);
    add_shared_options(*added);
    actions[added] = std::move(action);
    return added;
  }
};

void add_run_options(CLI::App& command, command_line& line) {
  command.set_help_flag();
  // It stands among words that only the model knows: they are sorted out later.
  command.add_option("model", line.run.model, "its name, or the path of its library")
      ->type_name("MODEL")
      ->check([](const std::string&) { return std::string{"is one of the words"}; }, "");
  command.validate_positionals();
  command.add_option("--solvers", line.run.solvers, "how many solvers (default all)")
      ->check(refuse_negative);
  command
      .add_option("--per-node", line.run.solvers_per_node,
                  "at most so many solvers on each node (default as many as it has places)")
      ->check(refuse_negative);
  command.add_option("--seed", line.run.seed, "seed of all random numbers (default drawn)")
      ->check(refuse_negative);
  command
      .add_option("--cancel-grace", line.run.cancel_grace,
                  "seconds that a cancelled step may take to return (default 5)")
      ->check([](const std::string& text) { return why_not_number(text, 0.0, 1e6); });
  command.add_flag("--push-models", line.run.push_models,
                   "send the model's library to machines that lack it");
  command.add_flag("--wait-for-nodes", line.run.wait_for_nodes,
                   "let the run wait until there are places for all its solvers");
  command.add_flag("-h,--help", line.run.help, "help, with the model's own parameters");
  command.allow_extras();
}

void add_output_option(CLI::App& command, command_line& line) {
  command.add_option("--output", line.run.output, "also write the result to this file, as JSON")
      ->type_name("FILE")
      ->check(why_no_place_for_result);
}

void add_trace(command_line& line) {
  auto* trace = line.command(
      "trace", "write what the solvers of a run did, for Perfetto and chrome://tracing",
      "control trace r1 --out trace.json",
      [&line] { return write_trace(line.client, line.run_name, line.run.output); });
  trace->add_option("run", line.run_name)->required()->type_name("RUN");
  trace->add_option("--out", line.run.output, "the file, as JSON")->required()->type_name("FILE");
}

void add_runs(command_line& line) {
  auto* run = line.command("run", "run a model, show its progress, print its result",
                           "control run 01_hello --least 10", [&line] {
                             line.take_model_words("run");
                             line.run.node_arguments = line.node.words();
                             return run_model(line.client, line.run);
                           });
  add_run_options(*run, line);
  run->add_option("--time-limit", line.run.time_limit, "cancel it after so many seconds")
      ->check([](const std::string& text) { return why_not_number(text, 0.0, 1e9); });
  run->add_flag("--own-head", line.run.own_head,
                "start a head for this run, whoever else is there");
  add_output_option(*run, line);
  line.node.add_to(*run);
  auto* start =
      line.command("start", "queue a run and print its id", "control start 01_hello", [&line] {
        line.take_model_words("start");
        return start_model(line.client, line.run);
      });
  add_run_options(*start, line);
  line.command("watch", "show a run until it is over (default: the newest)", "control watch r1",
               [&line] { return watch_run(line.client, line.run_name); })
      ->add_option("run", line.run_name)
      ->type_name("RUN");
  auto* result =
      line.command("result", "print a run's result", "control result r1 --wait 60", [&line] {
        return show_result_of(line.client, line.run_name, line.wait, line.run.output);
      });
  result->add_option("run", line.run_name)->required()->type_name("RUN");
  add_output_option(*result, line);
  result->add_option("--wait", line.wait, "seconds to wait for its end")
      ->check([](const std::string& text) { return why_not_number(text, 0.0, 2e6); });
  add_trace(line);
  for (const std::string word : {"pause", "resume", "cancel"})
    line.command(word, word + " a run", "control " + word + " r1",
                 [&line, word] { return tell_run(line.client, "runs." + word, line.run_name); })
        ->add_option("run", line.run_name)
        ->required()
        ->type_name("RUN");
}

void add_questions(command_line& line) {
  auto& client = line.client;
  line.command("status", "what every solver does at this moment; of a run, why it does not get on",
               "control status r1", [&line] { return show_status(line.client, line.run_name); })
      ->add_option("run", line.run_name)
      ->type_name("RUN");
  line.command("list", "the runs", "control list", [&client] { return list_runs(client); });
  line.command("models", "the models that can be run, or one of them", "control models 01_hello",
               [&line] {
                 return line.run.model.empty() ? list_models(line.client)
                                               : describe_model(line.client, line.run.model);
               })
      ->add_option("model", line.run.model, "its name, or the path of its library")
      ->type_name("MODEL");
  line.command("nodes", "the machines", "control nodes", [&client] { return list_nodes(client); });
  line.command("drain", "let a node go after the step under way", "control drain n2",
               [&line] { return drain_node(line.client, line.node_name); })
      ->add_option("node", line.node_name, "its number or its name")
      ->required()
      ->type_name("NODE");
  auto* logs = line.command(
      "logs", "what a solver or a plan printed; without either, what plans, head and node did",
      "control logs 0 -f",
      [&line] { return show_logs(line.client, line.solver, line.plan, line.follow); });
  auto* solver =
      logs->add_option("solver", line.solver)->type_name("SOLVER")->check(refuse_negative);
  logs->add_option("--plan", line.plan, "what the plan of this run printed")
      ->type_name("RUN")
      ->excludes(solver);
  logs->add_flag("-f,--follow", line.follow, "go on as it prints more");
  line.command("terminate", "stop solvers, nodes and head", "control terminate",
               [&line] { return terminate_system(line.client, line.when_idle); })
      ->add_flag("--when-idle", line.when_idle, "after the runs that are queued");
  auto* call =
      line.command("call", "call a JSON-RPC method", R"(control call runs.get '{"run": "r1"}')",
                   [&line] { return call_method(line.client, line.method, line.params); });
  call->add_option("method", line.method)->required()->type_name("METHOD");
  call->add_option("params", line.params)->capture_default_str();
  line.command("completion", "print completion for a shell", "eval \"$(control completion bash)\"",
               [&line] {
                 write_output(completion_script(line.shell));
                 return exit_code::done;
               })
      ->add_option("shell", line.shell)
      ->check(CLI::IsMember({"bash", "fish", "zsh"}));
}

void add_machines(command_line& line) {
  auto* up = line.command("up", "start a node on each machine of a file, over ssh",
                          "control up --hosts machines.txt",
                          [&line] { return bring_up(line.client, line.up); });
  add_ssh_options(*up, line.up);
  add_join_options(*up, line.up);
  auto* down = line.command("down", "end the nodes that `control up` started",
                            "control down --hosts machines.txt",
                            [&line] { return take_down(line.client, line.up); });
  add_ssh_options(*down, line.up);
}

void add_groups(command_line& line) {
  const command_adder add = std::bind_front(&command_line::command_below, &line);
  add_pki_commands(line.app, line.client, add);
  add_token_commands(line.app, line.client, add);
}

int read_command_line(int argc, char** argv,
                      const std::function<int(const serve_options&)>& serve) {
  command_line line;
  line.app.set_version_flag("--version", LOCKSTEP_VERSION);
  line.app.require_subcommand(1);
  line.add_shared_options(line.app);
  line.app.footer("Exit codes: 0 done, 1 failed, 2 usage, 3 cannot connect, "
                  "124 time limit, "
                  "130 interrupted.\nExample: control run 01_hello");
  line.head.add_to(*line.command("serve", "be the head, with a node on this machine",
                                 "control serve --listen 127.0.0.1:8050",
                                 [&line, &serve] { return serve(line.head.chosen()); }));
  add_runs(line);
  add_questions(line);
  add_machines(line);
  add_groups(line);
  if (argc > 1 && argv[1] == std::string{"complete"}) // its words are no options of this command
    return complete_words(line.app, {argv + 2, argv + argc});
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    if (stop.get_exit_code() == 0) { // help or version was asked for
      std::ostringstream asked;
      line.app.exit(stop, asked, asked);
      write_output(with_typed_names(asked.str()));
      return exit_code::done;
    }
    return report_misspelt(line.client, line.app, stop);
  }
  if (line.run.help) {
    auto* command = line.app.get_subcommands().front();
    print(with_typed_names(command->help()));
    // `control run --help` names no model.
    if (command->remaining().empty())
      return exit_code::done;
  }
  return reported(line.client, line.actions.at(named_command(line.app)));
}

} // namespace

int run_command_line(int argc, char** argv, const std::function<int(const serve_options&)>& serve) {
  keep_standard_descriptors();
  prepare_for_limits();
  called_as(argc > 0 ? argv[0] : "", "control");
  return ended_with(read_command_line(argc, argv, serve), "control");
}

} // namespace lockstep
