#include "control/head/connection_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

namespace lockstep {

void write_connection_file(const std::string& path, const std::string& text) {
  const auto unfinished = path + '.' + std::to_string(::getpid());
  std::ofstream file{unfinished};
  file << text << '\n';
  file.close();
  if (!file || std::rename(unfinished.c_str(), path.c_str()) != 0) {
    const int why = errno;
    ::unlink(unfinished.c_str());
    throw std::system_error(why, std::generic_category(),
                            "cannot write the connection file " + path);
  }
}

} // namespace lockstep
