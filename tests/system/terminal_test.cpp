// SPDX-License-Identifier: BSD-3-Clause

#include "control/terminal/terminal.hpp"
#include "tests/folders.hpp"
#include "tests/system/fixtures/programs.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace lockstep {

namespace {

/// How a shell's command ends.
int exit_code_of_shell(const std::string& command) {
  const int status = std::system(("exec 2>/dev/null; " + command).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A program on a terminal of its own.
class program_on_terminal {
public:
  program_on_terminal(unsigned short columns, const char* kind,
                      const std::vector<std::string>& words) {
    winsize size{24, columns, 0, 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ != 0)
      return;
    ::setenv("TERM", kind, 1);
    std::vector<char*> arguments;
    for (const auto& word : words)
      arguments.push_back(const_cast<char*>(word.c_str())); // exec's old interface
    arguments.push_back(nullptr);
    ::execv((test_folders::programs() / words.front()).c_str(), arguments.data());
    ::_exit(127);
  }
  ~program_on_terminal() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(terminal_);
  }
  program_on_terminal(const program_on_terminal&) = delete;
  program_on_terminal& operator=(const program_on_terminal&) = delete;

  void resize(unsigned short columns) const {
    const winsize size{24, columns, 0, 0};
    ::ioctl(terminal_, TIOCSWINSZ, &size);
  }

  void type(const std::string& keys) const {
    [[maybe_unused]] const auto written = ::write(terminal_, keys.data(), keys.size());
  }

  /// What it prints until that holds, or to its end.
  std::string read_until(const std::function<bool(const std::string&)>& is_enough) const {
    std::string text;
    std::array<char, 4096> bytes{};
    pollfd wait{terminal_, POLLIN, 0};
    while (!is_enough(text) && ::poll(&wait, 1, 30'000) > 0) {
      const auto size = ::read(terminal_, bytes.data(), bytes.size());
      if (size <= 0)
        break;
      text.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return text;
  }
  std::string read_to_end() const {
    return read_until([](const std::string&) { return false; });
  }

private:
  pid_t pid_ = -1;
  int terminal_ = -1;
};

/// The columns of the widest bar that was drawn.
std::size_t widest_bar(const std::string& text) {
  std::size_t widest = 0;
  const std::string begin = "\033[J[";
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const auto from = at + begin.size() - 1;
    widest = std::max(widest, columns_of(text.substr(from, text.find('\r', from) - from)));
  }
  return widest;
}

const std::vector<std::string> words_of_bar_run{"control",   "run", "03_progress", "--steps", "1",
                                                "--seconds", "2"};

std::vector<std::string> bar_run_at(const running_head& head) {
  auto words = words_of_bar_run;
  words.insert(words.end(), {"--at", to_string(head.where())});
  return words;
}

} // namespace

TEST(terminal, the_bar_keeps_to_the_width_of_the_terminal_also_after_a_resize) {
  const running_head head;
  const program_on_terminal client(50, "xterm", bar_run_at(head));
  const auto wide =
      client.read_until([](const std::string& text) { return widest_bar(text) > 30; });
  EXPECT_GT(widest_bar(wide), 30U) << wide;
  EXPECT_LT(widest_bar(wide), 50U) << wide;
  client.resize(25);
  const auto all = client.read_to_end();
  // The first that is drawn on the narrow terminal takes both rows of the last wide one away.
  const auto first_narrow = all.find("\033[1A\033[J");
  ASSERT_NE(first_narrow, std::string::npos) << all;
  EXPECT_GT(widest_bar(all.substr(first_narrow)), 10U) << all;
  EXPECT_LT(widest_bar(all.substr(first_narrow)), 25U) << all;
}

TEST(terminal, a_dumb_terminal_gets_plain_lines) {
  const running_head head;
  const program_on_terminal client(80, "dumb", bar_run_at(head));
  const auto text = client.read_to_end();
  EXPECT_EQ(text.find('\033'), std::string::npos) << text;
  EXPECT_NE(text.find("step 1 work"), std::string::npos) << text;
}

TEST(terminal, a_program_whose_answer_cannot_be_written_fails) {
  for (const std::string words : {"control --version", "control completion bash", "node --version",
                                  "node --help", "node --show-cores"}) {
    const auto program = test_folders::programs() / words;
    EXPECT_EQ(exit_code_of_shell(program.string() + " >/dev/full"), 1) << words;
    EXPECT_EQ(exit_code_of_shell(program.string() + " >&-"), 1) << words;
    EXPECT_EQ(exit_code_of_shell(program.string() + " >/dev/null"), 0) << words;
  }
}

TEST(terminal, a_head_that_cannot_say_where_it_listens_ends_and_a_quiet_one_has_nothing_to_say) {
  const auto head =
      (test_folders::programs() / "control").string() + " serve --no-node --listen 127.0.0.1:0";
  EXPECT_EQ(exit_code_of_shell(head + " >/dev/full"), 1);
  EXPECT_EQ(exit_code_of_shell(head + " >&-"), 1);
  const running_head quiet{{"--no-node", "--quiet"}, 0, "exec >/dev/full"};
  EXPECT_EQ(quiet.connect().call("system.describe").at("name"), "lockstep");
}

TEST(terminal, with_json_standard_output_holds_json_alone_whatever_a_plan_prints) {
  const auto out = testing::TempDir() + "lockstep_json_alone";
  const auto err = testing::TempDir() + "lockstep_json_not_alone";
  ASSERT_EQ(exit_code_of_shell("LOCKSTEP_PATH=" + test_folders::test_libraries().string() + " " +
                               (test_folders::programs() / "control").string() +
                               " --json run misbehaving --what plan_prints >'" + out + "' 2>'" +
                               err + "'"),
            0)
      << test::text_of(err);
  EXPECT_EQ(json::parse(test::text_of(out)).at("state"), "done");
  EXPECT_NE(test::text_of(err).find("a line of the plan\n"), std::string::npos);
  EXPECT_NE(test::text_of(err).find("and another\n"), std::string::npos);
}

TEST(terminal, what_a_plan_prints_is_kept_by_the_head_and_shown_by_logs) {
  running_head head;
  EXPECT_EQ(head.result_of(head.start("plan_prints")).at("state"), "done");
  ended_program logs;
  EXPECT_TRUE(becomes_true([&] {
    logs = run_control({"logs", "--at", to_string(head.where())});
    return logs.output.find("a line of the plan\nand another\n") != std::string::npos;
  })) << logs.output;
  EXPECT_EQ(logs.exit_code, 0);
}

/// What a shell prints that has read its completion script; nothing where the shell is not there.
std::string shell_says(const std::string& shell, const std::string& script) {
  const auto file = testing::TempDir() + "lockstep_says_" + shell;
  const auto command = "PATH=" + test_folders::programs().string() + ":$PATH " + shell + " -c '" +
                       script + "' >'" + file + "'";
  EXPECT_EQ(exit_code_of_shell(command), 0) << command << test::text_of(file);
  return test::text_of(file);
}

TEST(terminal, shells_complete_commands_values_and_models) {
  const auto is_there = [](const std::string& shell) {
    return exit_code_of_shell("command -v " + shell + " >/dev/null") == 0;
  };
  const std::string bash = R"bash(eval "$(control completion bash)"
complete -p lockstep-control
ask() { COMP_LINE="control $*"; COMP_WORDS=(control "$@"); COMP_CWORD=$#; _lockstep_control; echo "[${COMPREPLY[*]}]"; }
ask res; ask run --per ""; ask run 01_hello --lea; ask run 01_)bash";
  EXPECT_EQ(shell_says("bash", bash), "complete -F _lockstep_control lockstep-control\n"
                                      "[result resume]\n[core thread]\n[--least]\n[01_hello]\n");
  if (is_there("fish")) {
    EXPECT_EQ(shell_says("fish", "control completion fish | source\n"
                                 "complete -C \"control run --per \"\n"
                                 "complete -C \"control run 01_hello --lea\"\n"
                                 "complete -C \"control res\" | string replace -r \"\\t.*\" \"\""),
              "core\nthread\n--least\tleast work in a step, in thousands of rounds\n"
              "result\nresume\n");
  }
  // Its own completion system needs a terminal: what it would be told is printed instead.
  if (is_there("zsh")) {
    EXPECT_EQ(shell_says("zsh", "compdef() { echo $* }; _describe() { print -l -- ${(P)2} }\n"
                                "_files() { echo files $* }\n"
                                "eval \"$(control completion zsh)\"\n"
                                "words=(control run --per \"\") CURRENT=4 _lockstep_control\n"
                                "words=(control pki list --pki \"\") CURRENT=5 _lockstep_control"),
              "_lockstep_control control lockstep-control\ncore:\nthread:\nfiles -/\n");
  }
}

/// bash as a person has it, with completion of `control`.
class bash_on_terminal {
public:
  bash_on_terminal() {
    bash_.type(
        "PATH=" + test_folders::programs().string() +
        ":$PATH; bind 'set enable-bracketed-paste off'; eval \"$(control completion bash)\"; "
        "echo rea\"\"dy\n");
    (void)says("ready\r\n");
  }

  /// Types a command on a line of its own, and a tab: whether it becomes that.
  bool completes(const std::string& typed, const std::string& whole) const {
    bash_.type(typed + '\t');
    const bool does = says(whole);
    bash_.type("\x15"); // takes the line away
    return does;
  }

private:
  [[nodiscard]] bool says(const std::string& part) const {
    const auto does = [&](const std::string& text) { return text.find(part) != text.npos; };
    return does(bash_.read_until(does));
  }

  program_on_terminal bash_{200, "dumb", {"/bin/bash", "--norc", "--noprofile", "-i"}};
};

TEST(terminal, bash_completes_words_that_hold_a_colon_or_an_equals_sign_or_stand_behind_them) {
  running_head head;
  const auto run = head.start("nothing");
  const auto at = to_string(head.where());
  const bash_on_terminal bash;
  EXPECT_TRUE(bash.completes("control --at " + at + " result ", "result " + run));
  EXPECT_TRUE(bash.completes("control --at=" + at + " result ", "result " + run));
  EXPECT_TRUE(bash.completes("control run --at " + at + " 01_hello --lea", "--least "));
  EXPECT_TRUE(bash.completes("control run --per=t", "--per=thread "));
  EXPECT_TRUE(bash.completes("control result r1 --output=/proc/versio", "--output=/proc/version"));
}

} // namespace lockstep
