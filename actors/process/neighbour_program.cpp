#include "actors/process/neighbour_program.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace lockstep {

std::string neighbour_program(const std::string& own, const std::string& other) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  const auto name = self.filename().string();
  const auto prefix = name.ends_with(own) ? name.substr(0, name.size() - own.size()) : "";
  return (self.parent_path() / (prefix + other)).string();
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders{path != nullptr ? path : "/usr/bin:/bin"};
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto file = std::filesystem::path{folder.empty() ? "." : folder} / name;
    if (std::filesystem::is_regular_file(file) && ::access(file.c_str(), X_OK) == 0)
      return file.string();
  }
  return "";
}

} // namespace lockstep
