// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/held_memory.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

/// As the system shows what model/lockstep/shared_memory.hpp makes.
// With what the kernel puts behind a name that is gone, so that copies of libraries
// ("lockstep-model") are none.
constexpr const char* shown_name = "/memfd:lockstep (deleted)";

void add_open(const fs::path& process, std::set<ino_t>& found) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator{process / "fd", gone}) {
    struct stat about {};
    if (fs::read_symlink(entry.path(), gone).string().starts_with(shown_name) &&
        ::stat(entry.path().c_str(), &about) == 0)
      found.insert(about.st_ino);
  }
}

void add_mapped(const fs::path& process, std::set<ino_t>& found) {
  std::ifstream maps{process / "maps"};
  std::string range, rights, offset, device, name;
  ino_t number = 0;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words{line};
    if (words >> range >> rights >> offset >> device >> number &&
        std::getline(words >> std::ws, name) && name.starts_with(shown_name))
      found.insert(number);
  }
}

std::size_t kilobytes_of(const fs::path& file, const std::string& entry) {
  std::ifstream text{file};
  for (std::string line; std::getline(text, line);)
    if (line.starts_with(entry + ":"))
      return std::stoul(line.substr(entry.size() + 1)) * 1024;
  return 0;
}

} // namespace

std::set<ino_t> held_memories(const std::vector<pid_t>& pids) {
  std::set<ino_t> found;
  for (const auto pid : pids) {
    const fs::path process = "/proc/" + std::to_string(pid);
    add_open(process, found);
    add_mapped(process, found);
  }
  return found;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto name = entry.path().filename().string();
    if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }))
      pids.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return pids;
}

std::set<std::string> named_memories() {
  std::set<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{"/dev/shm", none})
    names.insert(entry.path().filename().string());
  return names;
}

std::size_t status_bytes(pid_t pid, const std::string& entry) {
  return kilobytes_of("/proc/" + std::to_string(pid) + "/status", entry);
}

std::size_t available_bytes() {
  return kilobytes_of("/proc/meminfo", "MemAvailable");
}

} // namespace lockstep
