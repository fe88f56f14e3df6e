#include "actors/process/process_template.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <type_traits>
#include <utility>

namespace lockstep {

namespace {

/// A template that takes longer to answer is no use: it was stopped, or the machine is.
constexpr timeval answer_limit{10, 0};

struct request {
  std::uint64_t number;
  pid_t parent;
  bool bind;
  cpu_set_t cores;
  std::array<char, template_argument_bytes_max + 1> argument;
};

/// Of the copy itself, which is then known to stand; of the template where it could make none.
struct answer_to_request {
  std::uint64_t number;
  pid_t pid;
  int error; ///< errno; 0 where all went well
};

static_assert(std::is_trivially_copyable_v<request> &&
              std::is_trivially_copyable_v<answer_to_request>);

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

void tell(const answer_to_request& what) {
  // Whoever asked may be gone: then this process is ended too.
  [[maybe_unused]] const auto sent = ::send(link_descriptor, &what, sizeof what, MSG_NOSIGNAL);
}

/// In the copy.
std::string begin_life(const request& wanted, const passed_descriptors& passed) {
  const auto [link, output] = passed;
  const int why = take_shape(wanted, output) ? 0 : errno;
  if (::getppid() != wanted.parent) // it died before the line above
    ::_exit(127);
  tell({wanted.number, ::getpid(), why});
  if (why != 0 || ::dup3(link, link_descriptor, O_CLOEXEC) < 0)
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
      tell({wanted.number, 0, errno});
    for (const auto descriptor : passed)
      ::close(descriptor);
  }
  ::_exit(0);
}

process_template::process_template(std::function<child_program()> program)
    : program_(std::move(program)) {}

process_template::~process_template() {
  end();
}

void process_template::start() {
  auto ends = make_packet_socket_pair();
  if (::setsockopt(ends.first.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_limit, sizeof answer_limit) !=
      0)
    throw_because(errno, "cannot limit the wait for a process");
  auto program = program_();
  program.link = std::move(ends.second);
  process_ = start_child(std::move(program));
  wire_ = std::move(ends.first);
}

void process_template::end() {
  wire_.reset();
  if (process_.pid == 0)
    return;
  ::kill(process_.pid, SIGKILL);
  (void)reap(std::exchange(process_, {}));
}

child_process process_template::copy(process_copy wanted) {
  if (process_.pid == 0)
    start();
  auto output = make_output_pipe();
  try {
    ask(wanted, output.second.get());
    return take_child(answer(), std::move(output.first));
  } catch (const std::system_error&) {
    end(); // the next time with another one
    throw;
  }
}

void process_template::ask(const process_copy& wanted, int output) {
  request next{};
  next.number = ++asked_;
  next.parent = ::getpid();
  next.bind = !wanted.cores.empty();
  for (const auto core : wanted.cores)
    CPU_SET(static_cast<std::size_t>(core), &next.cores);
  wanted.argument.copy(next.argument.data(), template_argument_bytes_max);
  if (!send_request(wire_.get(), next, {wanted.link.get(), output}))
    throw_because(errno, "cannot ask for a process");
}

pid_t process_template::answer() {
  answer_to_request got{};
  const auto size = ::recv(wire_.get(), &got, sizeof got, 0);
  if (size != static_cast<ssize_t>(sizeof got) || got.number != asked_)
    throw_because(size < 0 ? errno : ECONNRESET, "the template of the processes has ended");
  if (got.error == 0)
    return got.pid;
  if (got.pid > 0)
    ::waitpid(got.pid, nullptr, 0);
  throw_because(got.error, "cannot start a process");
}

} // namespace lockstep
