// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/programs.hpp"

#include "tests/folders.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <variant>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

const std::string programs = test_folders::programs();

bool wait_readable(int descriptor, std::chrono::milliseconds limit) {
  pollfd wait{descriptor, POLLIN, 0};
  return ::poll(&wait, 1, static_cast<int>(limit.count())) > 0;
}

std::string read_to_end(int descriptor) {
  std::string text;
  std::array<char, 1U << 16U> bytes{};
  while (wait_readable(descriptor, std::chrono::seconds{120})) {
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size <= 0)
      break;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

} // namespace

namespace {

/// Where the heads of this test are found, and no others; gone with the test.
class runtime_folder {
public:
  runtime_folder() {
    std::string pattern = (fs::temp_directory_path() / "lockstep-runtime-XXXXXX").string();
    where_ = ::mkdtemp(pattern.data());
    ::setenv("XDG_RUNTIME_DIR", where_.c_str(), 1);
  }
  ~runtime_folder() {
    std::error_code ignored;
    fs::remove_all(where_, ignored);
  }
  runtime_folder(const runtime_folder&) = delete;
  runtime_folder& operator=(const runtime_folder&) = delete;

private:
  fs::path where_;
};

} // namespace

child_process start_program(const std::string& name, const std::vector<std::string>& words,
                            bool capture) {
  static const runtime_folder runtime;
  // Models of the tests are found as a user's are.
  ::setenv("LOCKSTEP_PATH", test_folders::test_libraries().c_str(), 1);
  child_program program;
  program.path = fs::path{programs} / name;
  program.arguments = {name};
  program.arguments.insert(program.arguments.end(), words.begin(), words.end());
  program.capture_output = capture;
  return start_child(std::move(program));
}

namespace {

/// The fourth word after the name in parentheses: a process's parent.
std::optional<std::pair<char, pid_t>> state_and_parent(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  std::getline(file,
               text); // unlike an iterator over its buffer, silent if the process ends meanwhile
  const auto end = text.rfind(')');
  if (end == std::string::npos)
    return std::nullopt;
  std::istringstream rest{text.substr(end + 1)};
  char state = 0;
  pid_t parent = 0;
  rest >> state >> parent;
  return std::pair{state, parent};
}

} // namespace

child_process start_control(const std::vector<std::string>& words) {
  return start_program("control", words, true);
}

ended_program run_control(const std::vector<std::string>& words) {
  return to_its_end(start_control(words));
}

ended_program to_its_end(child_process child) {
  ended_program ended;
  ended.output = read_to_end(child.output.get());
  wait_readable(child.exited.get(), std::chrono::seconds{60});
  ended.exit_code = reap(child).exit_code.value_or(-1);
  return ended;
}

bool becomes_true(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

bool is_alive(pid_t pid) {
  const auto found = state_and_parent(pid);
  return found && found->first != 'Z' && found->first != 'X';
}

std::vector<pid_t> family_of(pid_t pid) {
  std::vector<pid_t> family{pid};
  for (std::size_t i = 0; i < family.size(); ++i)
    for (const auto& entry : fs::directory_iterator{"/proc"}) {
      const auto name = entry.path().filename().string();
      if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }))
        continue;
      const auto one = static_cast<pid_t>(std::stol(name));
      if (const auto found = state_and_parent(one); found && found->second == family[i])
        family.push_back(one);
    }
  return family;
}

std::vector<int> listening_ports(const std::vector<pid_t>& pids) {
  std::set<std::string> sockets; // "socket:[INODE]"
  for (const auto pid : pids)
    for (const auto& entry : fs::directory_iterator{"/proc/" + std::to_string(pid) + "/fd"})
      if (std::error_code gone; fs::is_symlink(entry.path(), gone))
        sockets.insert(fs::read_symlink(entry.path(), gone).string());
  std::vector<int> ports;
  for (const auto* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file{table};
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream words{line};
      const std::vector<std::string> all{std::istream_iterator<std::string>{words}, {}};
      constexpr std::size_t local = 1, state = 3, inode = 9;
      if (all.size() > inode && all[state] == "0A" &&
          sockets.contains("socket:[" + all[inode] + "]"))
        ports.push_back(std::stoi(all[local].substr(all[local].find(':') + 1), nullptr, 16));
    }
  }
  return ports;
}

running_head::running_head(std::vector<std::string> options, std::size_t nodes,
                           const std::string& circumstances) {
  std::string pattern = (fs::temp_directory_path() / "lockstep-test-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  const auto file = connection_file();
  options.insert(options.begin(), {"serve", "--connection-file", file});
  if (std::ranges::find(options, "--listen") == options.end())
    options.insert(options.end(), {"--listen", "127.0.0.1:0"});
  if (circumstances.empty()) {
    child_ = start_program("control", options, false);
  } else {
    options.insert(options.begin(), {"-c", circumstances + "; exec \"$0\" \"$@\"",
                                     (fs::path{programs} / "control").string()});
    child_ = start_program("/bin/sh", options, false);
  }
  if (!becomes_true([&] { return fs::exists(file); }))
    throw std::runtime_error("the head did not start");
  std::ifstream text{file};
  told_ = json::parse(text);
  where_ = parse_address(told_.at("control").get<std::string>()).value();
  if (!becomes_true([&] { return connect().call("nodes.list").size() >= nodes; }))
    throw std::runtime_error("no node joined");
}

running_head::~running_head() {
  if (!reaped_) {
    ::kill(child_.pid, SIGKILL);
    reap(child_);
  }
  fs::remove_all(folder_);
}

std::optional<child_exit> running_head::wait(std::chrono::milliseconds limit) {
  if (!wait_readable(child_.exited.get(), limit))
    return std::nullopt;
  reaped_ = true;
  return reap(child_);
}

pid_t running_head::node_pid() {
  return connect().call("nodes.list").back().at("pid");
}

pid_t running_head::worker_pid(std::size_t solver) {
  pid_t pid = 0;
  becomes_true([&] {
    pid = connect().call("solvers.status", {{"solver", solver}}).at(0).at("pid");
    return pid != 0;
  });
  return pid;
}

std::string running_head::start(const std::string& what, json params) {
  params["model"] = "misbehaving";
  params["parameters"]["what"] = what;
  return connect().call("runs.start", params).at("run");
}

json running_head::result_of(const std::string& run) {
  return connect().call("runs.result", {{"run", run}, {"wait_ms", 120'000}}, std::nullopt);
}

} // namespace lockstep
