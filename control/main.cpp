#include "control/head/head.hpp"
#include <cstring>
int main(int argc, char** argv) {
  lockstep::serve_options o;
  o.tcp.listen.port = 0;
  for (int i = 1; i < argc; ++i) { if (!std::strcmp(argv[i], "--port")) o.tcp.listen.port = static_cast<unsigned short>(std::stoi(argv[++i])); else o.node_arguments.emplace_back(argv[i]); }
  return lockstep::serve(o);
}
