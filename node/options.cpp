#include "node/options.hpp"

#include "actors/wire/limits.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace lockstep {

std::variant<node_options, worker_options, int> read_command_line(int argc, char** argv) {
  CLI::App app{"A machine's part of Lockstep: one worker process per core.\n"
               "It is started by its head (`control serve`, `control run`), which passes these "
               "options on.\n\nExample: node --show-cores --per thread"};
  app.set_version_flag("--version", LOCKSTEP_VERSION);
  node_options options;
  std::string solvers = "auto";
  std::string bind = "core";
  std::string per = "core";
  app.add_option("--solvers", solvers, "how many solvers: a number, or auto for one per place")
      ->capture_default_str()
      ->check([](const std::string& text) -> std::string {
        if (text == "auto")
          return {};
        const CLI::Range range{std::size_t{1}, limits::solvers_of_node};
        return range(text);
      });
  app.add_option("--per", per, "a place is a physical core, or each of its hardware threads")
      ->capture_default_str()
      ->check(CLI::IsMember({"core", "thread"}));
  app.add_option("--bind", bind, "keep each worker on its core, or let it wander")
      ->capture_default_str()
      ->check(CLI::IsMember({"core", "none"}));
  app.add_option("--log-dir", options.log_folder,
                 "also write each solver's output to rotated files here")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--show-cores", options.show_cores, "print the places that would be used, and end");
  worker_options worker;
  auto* worker_command = app.add_subcommand("worker", "")->group("");
  worker_command->add_option("--slot", worker.slot)->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return app.exit(stop) == 0 ? 0 : 2;
  }
  if (*worker_command)
    return worker;
  if (solvers != "auto")
    options.solvers = std::stoul(solvers);
  options.per = per == "core" ? place_per::core : place_per::thread;
  options.bind = bind == "core";
  options.worker_program = std::filesystem::read_symlink("/proc/self/exe").string();
  return options;
}

} // namespace lockstep
