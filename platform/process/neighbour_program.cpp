// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/neighbour_program.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string_view>

namespace lockstep {

namespace {

constexpr const char* own_image = "/proc/self/exe"; // opens the file that runs, whatever its name

bool is_own_image(const std::string& path) {
  struct stat image {};
  struct stat file {};
  return ::stat(own_image, &image) == 0 && ::stat(path.c_str(), &file) == 0 &&
         image.st_dev == file.st_dev && image.st_ino == file.st_ino;
}

} // namespace

std::filesystem::path own_path() {
  const auto path = std::filesystem::read_symlink(own_image).string();
  constexpr std::string_view mark = " (deleted)"; // Linux's, where another file has the name now
  return path.ends_with(mark) && !is_own_image(path) ? path.substr(0, path.size() - mark.size())
                                                     : path;
}

std::string own_program() {
  const auto path = own_path().string();
  return is_own_image(path) ? path : own_image;
}

std::string neighbour_program(const std::string& own, const std::string& other) {
  const auto self = own_path();
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
