// SPDX-License-Identifier: BSD-3-Clause

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <semaphore>
#include <thread>
#include <vector>

// The yardstick of bench/run: a fan-out and join over TCP on loopback, written by hand.
//
//     tcp_fan_out N STEPS flat    [BYTES [WORK]]   head ─► N workers
//     tcp_fan_out N STEPS relayed [BYTES [WORK]]   head ─► relay ─► N workers, as Lockstep's steps
//     go
//
// A request and an answer are BYTES each (64 where not given, and at least 8). Workers block in
// read, burn WORK seconds of their CPU time at the niceness of Lockstep's solvers, and answer how
// much it was; head and relay wait in epoll, as a program must that has more than one peer. Prints
// JSON.

namespace {

using clock = std::chrono::steady_clock;
using message = std::vector<char>;

constexpr int computing_niceness = 10; // thread_priority.hpp says why

struct shape {
  int workers = 1;
  bool relayed = false;
  std::size_t bytes = 64;
  double work = 0;
};

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::_Exit(1);
}

bool read_all(int socket, message& into) {
  for (std::size_t got = 0; got < into.size();) {
    const auto size = ::read(socket, into.data() + got, into.size() - got);
    if (size <= 0)
      return false;
    got += static_cast<std::size_t>(size);
  }
  return true;
}

void write_all(int socket, const message& from) {
  for (std::size_t put = 0; put < from.size();) {
    const auto size = ::write(socket, from.data() + put, from.size() - put);
    if (size <= 0)
      give_up("write");
    put += static_cast<std::size_t>(size);
  }
}

double thread_cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double burn(double seconds) {
  const double begun = thread_cpu_seconds();
  double spent = 0;
  while ((spent = thread_cpu_seconds() - begun) < seconds) {
  }
  return spent;
}

double spent_of(const message& answer) {
  double spent = 0;
  std::memcpy(&spent, answer.data(), sizeof spent);
  return spent;
}

void set_spent(message& answer, double spent) {
  std::memcpy(answer.data(), &spent, sizeof spent);
}

/// Both ends of a TCP connection on loopback.
std::array<int, 2> make_connection() {
  const int acceptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  auto* address = reinterpret_cast<sockaddr*>(&place);
  if (::bind(acceptor, address, size) != 0 || ::listen(acceptor, 1) != 0 ||
      ::getsockname(acceptor, address, &size) != 0)
    give_up("listen");
  const int one = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(one, address, size) != 0)
    give_up("connect");
  const int other = ::accept(acceptor, nullptr, nullptr);
  ::close(acceptor);
  const int on = 1;
  for (const int end : {one, other})
    ::setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {one, other};
}

/// Runs `serve` in a process that ends with this one; gives the socket to it.
template <class Serve>
int start_process(Serve serve) {
  const auto ends = make_connection();
  const int parent = ::getpid();
  const int child = ::fork();
  if (child < 0)
    give_up("fork");
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
      std::_Exit(1);
    ::close(ends[0]);
    serve(ends[1]);
    std::_Exit(0);
  }
  ::close(ends[1]);
  return ends[0];
}

/// Bound round-robin, as Lockstep binds its workers.
void bind_to_core(int index) {
  const int cores = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  cpu_set_t core;
  CPU_ZERO(&core);
  CPU_SET(static_cast<std::size_t>(index % cores), &core);
  ::sched_setaffinity(0, sizeof core, &core);
}

void serve_empty(const shape& form, int parent) {
  for (message request(form.bytes); read_all(parent, request);)
    write_all(parent, request);
}

/// One thread answers and one computes at low priority, as in Lockstep's worker. With one thread
/// for both, a busy machine would let a request wait for whole scheduler ticks.
void serve_work(const shape& form, int parent) {
  std::binary_semaphore asked{0};
  std::binary_semaphore done{0};
  double spent = 0;
  std::thread computing{[&] {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), computing_niceness);
    for (;;) {
      asked.acquire();
      spent = burn(form.work);
      done.release();
    }
  }};
  for (message request(form.bytes); read_all(parent, request); write_all(parent, request)) {
    asked.release();
    done.acquire();
    set_spent(request, spent);
  }
  std::_Exit(0); // the computing thread waits for ever
}

void serve_worker(int index, const shape& form, int parent) {
  bind_to_core(index);
  if (form.work > 0)
    serve_work(form, parent);
  else
    serve_empty(form, parent);
}

class fan_out {
public:
  explicit fan_out(const shape& form) : poll_(::epoll_create1(0)), answer_(form.bytes) {
    for (int i = 0; i < form.workers; ++i) {
      const int socket = start_process([&form, i](int parent) { serve_worker(i, form, parent); });
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = socket;
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
      sockets_.push_back(socket);
    }
  }

  /// Sends the request to all and returns when all have answered; gives the CPU seconds of all.
  double step(const message& request) {
    for (const int socket : sockets_)
      write_all(socket, request);
    double spent = 0;
    std::array<epoll_event, 64> events{};
    for (std::size_t missing = sockets_.size(); missing != 0;) {
      const int ready = ::epoll_wait(poll_, events.data(), events.size(), -1);
      for (int i = 0; i < ready; ++i, --missing) {
        if (!read_all(events[static_cast<std::size_t>(i)].data.fd, answer_))
          give_up("read");
        spent += spent_of(answer_);
      }
    }
    return spent;
  }

private:
  int poll_;
  message answer_;
  std::vector<int> sockets_;
};

void serve_relay(const shape& form, int parent) {
  fan_out workers{form};
  for (message passed(form.bytes); read_all(parent, passed); write_all(parent, passed))
    set_spent(passed, workers.step(passed));
}

/// `step` gives the workers' CPU seconds; warmed up first.
template <class Step>
void measure(int steps, int workers, Step step) {
  for (int i = std::min(steps, 100); i > 0; --i)
    step();
  std::vector<double> times;
  double cpu = 0;
  const auto whole = clock::now();
  for (int i = 0; i < steps; ++i) {
    const auto begun = clock::now();
    cpu += step();
    times.push_back(std::chrono::duration<double, std::micro>(clock::now() - begun).count());
  }
  const double wall = std::chrono::duration<double>(clock::now() - whole).count();
  std::sort(times.begin(), times.end());
  const auto at = [&](double part) {
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
  };
  std::printf("{\"median_us\": %.1f, \"p99_us\": %.1f, \"efficiency\": %.4f}\n", at(0.5), at(0.99),
              cpu / (wall * workers));
}

void run(const shape& form, int steps) {
  message request(form.bytes);
  set_spent(request, 0);
  if (!form.relayed) {
    fan_out workers{form};
    measure(steps, form.workers, [&] { return workers.step(request); });
    return;
  }
  const int relay = start_process([&form](int parent) { serve_relay(form, parent); });
  message answer(form.bytes);
  measure(steps, form.workers, [&] {
    write_all(relay, request);
    if (!read_all(relay, answer))
      give_up("read");
    return spent_of(answer);
  });
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6 || std::atoi(argv[1]) < 1 || std::atoi(argv[2]) < 1) {
    std::fprintf(stderr, "usage: tcp_fan_out N STEPS flat|relayed [BYTES [WORK]]\n");
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL); // nothing outlives bench/run
  shape form{std::atoi(argv[1]), argv[3][0] == 'r', 64, 0};
  if (argc > 4)
    form.bytes = std::max<std::size_t>(sizeof(double), std::strtoul(argv[4], nullptr, 10));
  if (argc > 5)
    form.work = std::atof(argv[5]);
  run(form, std::atoi(argv[2]));
}
