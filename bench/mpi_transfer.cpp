// SPDX-License-Identifier: BSD-3-Clause

// The yardstick for large vectors: what Open MPI takes to broadcast so many doubles to all ranks
// and to sum as many from each of them at rank 0.
//
//     mpirun -np RANKS mpi_transfer DOUBLES STEPS
//
// Prints the median in microseconds as JSON.

#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: mpirun -np RANKS mpi_transfer DOUBLES STEPS\n");
    return 2;
  }
  const int doubles = std::atoi(argv[1]);
  const int steps = std::atoi(argv[2]);
  if (doubles < 1 || steps < 1) {
    std::fprintf(stderr, "mpi_transfer: DOUBLES and STEPS must be 1 or more\n");
    return 2;
  }
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  std::vector<double> sent(static_cast<std::size_t>(doubles), rank == 0 ? 1.0 : 0.0);
  std::vector<double> sum(sent.size());
  std::vector<double> microseconds;
  for (int i = 0; i < steps; ++i) {
    const double begun = MPI_Wtime();
    MPI_Bcast(sent.data(), doubles, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    MPI_Reduce(sent.data(), sum.data(), doubles, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    microseconds.push_back((MPI_Wtime() - begun) * 1e6);
  }
  std::ranges::sort(microseconds);
  if (rank == 0)
    std::printf("{\"median_us\": %.1f}\n", microseconds[microseconds.size() / 2]);
  MPI_Finalize();
  return 0;
}
