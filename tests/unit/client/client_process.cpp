// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"

#include "control/cli/command_line.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace lockstep::test {

namespace {

std::string text_of(int descriptor) {
  std::string text;
  std::array<char, 4096> bytes{};
  ::lseek(descriptor, 0, SEEK_SET);
  for (auto size = ::read(descriptor, bytes.data(), bytes.size()); size > 0;
       size = ::read(descriptor, bytes.data(), bytes.size()))
    text.append(bytes.data(), static_cast<std::size_t>(size));
  return text;
}

[[noreturn]] void be_client(std::vector<std::string> words,
                            const std::function<int(const serve_options&)>& serve) {
  // As a shell starts it. Another test of this process may have blocked or ignored signals.
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
    ::signal(signal, SIG_DFL);
  ::unsetenv("LOCKSTEP_CONTROL");
  words.insert(words.begin(), "control");
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int code = run_command_line(static_cast<int>(words.size()), arguments.data(), serve);
  std::fflush(nullptr);
  ::_exit(code); // not exit(): what the test registered is the test's
}

} // namespace

client_process::client_process(const std::vector<std::string>& words,
                               const std::function<int(const serve_options&)>& serve,
                               const char* out)
    : out_(out == nullptr ? ::memfd_create("stdout", MFD_CLOEXEC)
                          : ::open(out, O_WRONLY | O_CLOEXEC)),
      err_(::memfd_create("stderr", MFD_CLOEXEC)) {
  std::fflush(nullptr); // else the child prints it once more
  pid_ = ::fork();
  if (pid_ != 0)
    return;
  ::dup2(out_, STDOUT_FILENO);
  ::dup2(err_, STDERR_FILENO);
  be_client(words, serve);
}

client_process::~client_process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(out_);
  ::close(err_);
}

void client_process::signal(int number) const {
  ::kill(pid_, number);
}

client_outcome client_process::wait(int seconds) {
  pollfd ended{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)), POLLIN, 0};
  if (::poll(&ended, 1, seconds * 1'000) <= 0)
    ::kill(pid_, SIGKILL);
  ::close(ended.fd);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return {code, text_of(out_), text_of(err_)};
}

client_outcome run_client(scripted_head& head, std::vector<std::string> words, const char* out) {
  words.insert(words.end(), {"--at", to_string(head.where())});
  client_process client(
      words, [](const serve_options&) { return 0; }, out);
  head.start();
  return client.wait();
}

client_outcome run_client(const std::vector<std::string>& words, const char* out) {
  return client_process(
             words, [](const serve_options&) { return 0; }, out)
      .wait();
}

} // namespace lockstep::test
