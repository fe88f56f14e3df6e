// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/process_template.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <type_traits>
#include <utility>

namespace lockstep {

namespace {

/// A template that takes longer to answer is of no use: it was stopped, say. The first time it has
/// to execute its program.
constexpr std::chrono::milliseconds first_answer_limit{10'000};
constexpr std::chrono::milliseconds answer_limit{3'000};

struct request {
  std::uint64_t number;
  pid_t parent;
  bool bind;
  cpu_set_t cores;
  std::array<char, template_argument_bytes_max + 1> argument;
};

using answer_to_request = process_template::answer_to_request;
static_assert(std::is_trivially_copyable_v<request> &&
              std::is_trivially_copyable_v<answer_to_request>);

bool is_readable(int descriptor) {
  pollfd now{descriptor, POLLIN, 0};
  return ::poll(&now, 1, 0) > 0;
}

/// The link and the output travel along.
using passed_descriptors = std::array<int, 2>;
using control_bytes = std::array<char, CMSG_SPACE(sizeof(passed_descriptors))>;

struct message {
  iovec data;
  alignas(cmsghdr) control_bytes control{};
  msghdr header{};

  message(void* bytes, std::size_t size) : data{bytes, size} {
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
  message(const message&) = delete;
  message& operator=(const message&) = delete;
};

[[noreturn]] void throw_because(int why, const std::string& what) {
  throw std::system_error(why, std::generic_category(), what);
}

bool send_request(int wire, request& wanted, const passed_descriptors& passed) {
  message one{&wanted, sizeof wanted};
  auto* head = CMSG_FIRSTHDR(&one.header);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof passed);
  std::memcpy(CMSG_DATA(head), passed.data(), sizeof passed);
  return ::sendmsg(wire, &one.header, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof wanted);
}

/// False at the end of the wire.
bool receive_request(request& wanted, passed_descriptors& passed) {
  message one{&wanted, sizeof wanted};
  ssize_t size = 0;
  while ((size = ::recvmsg(link_descriptor, &one.header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  const auto* head = CMSG_FIRSTHDR(&one.header);
  if (size != static_cast<ssize_t>(sizeof wanted) || head == nullptr ||
      head->cmsg_len != CMSG_LEN(sizeof passed))
    return false;
  std::memcpy(passed.data(), CMSG_DATA(head), sizeof passed);
  return true;
}

/// By the system call itself, since the C library has no name for a child that is its parent's. It
/// may be called while there is one thread; what the library remembers of the main thread's number
/// is then the template's, which nothing but pthread_kill and the like for that thread would ask.
pid_t copy_for_parent() {
  return static_cast<pid_t>(
      ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

bool take_shape(const request& wanted, int output) {
  return ::setpgid(0, 0) == 0 && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
         (!wanted.bind || ::sched_setaffinity(0, sizeof wanted.cores, &wanted.cores) == 0) &&
         ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0;
}

bool tell(const answer_to_request& what) {
  return ::send(link_descriptor, &what, sizeof what, MSG_NOSIGNAL) ==
         static_cast<ssize_t>(sizeof what);
}

/// In the copy.
std::string begin_life(const request& wanted, const passed_descriptors& passed) {
  const auto [link, output] = passed;
  const int why = take_shape(wanted, output) ? 0 : errno;
  if (::getppid() != wanted.parent) // it died before the line above
    ::_exit(127);
  // Whom nobody knows of must not live.
  if (!tell({wanted.number, ::getpid(), why}) || why != 0 ||
      ::dup3(link, link_descriptor, O_CLOEXEC) < 0)
    ::_exit(127);
  ::close(link);
  ::close(output);
  return wanted.argument.data();
}

} // namespace

std::string await_copy() {
  request wanted;
  passed_descriptors passed;
  while (receive_request(wanted, passed)) {
    const auto pid = copy_for_parent();
    if (pid == 0)
      return begin_life(wanted, passed);
    if (pid < 0)
      (void)tell({wanted.number, 0, errno}); // nobody may be there any more: seen at the next turn
    for (const auto descriptor : passed)
      ::close(descriptor);
  }
  ::_exit(0);
}

void show_in_argument(std::span<char> place, std::string_view text) {
  std::ranges::fill(place, '\0');
  text.copy(place.data(), place.size());
}

process_template::process_template(std::function<child_program()> program)
    : program_(std::move(program)), limit_(first_answer_limit) {}

process_template::~process_template() {
  end();
}

void process_template::start() {
  auto ends = make_packet_socket_pair();
  auto program = program_();
  program.link = std::move(ends.second);
  program.capture_errors = true;
  process_ = start_child(std::move(program));
  wire_ = std::move(ends.first);
}

std::string process_template::end() {
  wire_.reset();
  limit_ = first_answer_limit;
  if (process_.pid == 0)
    return {};
  const auto last = std::exchange(process_, {});
  ::kill(last.pid, SIGKILL);
  const auto how = to_string(reap(last));
  std::array<char, 1'000> words{};
  const auto size = ::read(last.output.get(), words.data(), words.size());
  return size > 0 ? how + ": " + std::string{words.data(), static_cast<std::size_t>(size)} : how;
}

void process_template::prepare() {
  if (process_.pid != 0 && is_readable(process_.exited.get()))
    end();
  if (process_.pid == 0)
    start();
}

child_process process_template::copy(process_copy wanted) {
  prepare();
  auto output = make_output_pipe();
  if (!ask(wanted, output.second.get()))
    give_up(wanted, errno);
  const auto got = answer();
  if (!got)
    give_up(wanted, ETIMEDOUT);
  if (got->error == 0)
    return take_child(got->pid, std::move(output.first));
  if (got->pid > 0)
    ::waitpid(got->pid, nullptr, 0);
  throw_because(got->error, "cannot start a process");
}

void process_template::give_up(const process_copy& wanted, int why) {
  // There may be a copy, of which nobody will know.
  ::shutdown(wanted.link.get(), SHUT_RDWR);
  throw_because(why, "the template of the process gave no answer; it " + end());
}

bool process_template::ask(const process_copy& wanted, int output) {
  request next{};
  next.number = ++asked_;
  next.parent = ::getpid();
  next.bind = !wanted.cores.empty();
  for (const auto core : wanted.cores)
    CPU_SET(static_cast<std::size_t>(core), &next.cores);
  wanted.argument.copy(next.argument.data(), template_argument_bytes_max);
  return send_request(wire_.get(), next, {wanted.link.get(), output});
}

std::optional<process_template::answer_to_request> process_template::answer() {
  const auto end = std::chrono::steady_clock::now() + limit_;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    std::array<pollfd, 2> wait{pollfd{wire_.get(), POLLIN, 0},
                               pollfd{process_.exited.get(), POLLIN, 0}};
    const int ready = ::poll(wait.data(), wait.size(), std::max(0, static_cast<int>(left.count())));
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready <= 0 || (wait[0].revents & POLLIN) == 0)
      return std::nullopt;
    answer_to_request got{};
    if (::recv(wire_.get(), &got, sizeof got, MSG_DONTWAIT) != static_cast<ssize_t>(sizeof got))
      return std::nullopt;
    limit_ = answer_limit;
    if (got.number == asked_)
      return got;
  }
}

} // namespace lockstep
