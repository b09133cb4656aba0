// SPDX-License-Identifier: Apache-2.0
#include "kernels/device.h"

#include "tests/kernels/backend_case.h"

#include <cstring>

namespace veritune::kernels {
namespace {

class DeviceMemory : public test::BackendTest {};

TEST_P(DeviceMemory, ComesBackAsItWasWritten) {
    test::Array<int> numbers(GetParam(), std::vector<int>{1, 2, 3});
    EXPECT_EQ(numbers.fetch(), (std::vector<int>{1, 2, 3}));
    EXPECT_TRUE(numbers.intact());
    numbers.poison();
    EXPECT_EQ(numbers.fetch(), (std::vector<int>{-1, -1, -1}));
}
VT_ON_BACKENDS(DeviceMemory);

TEST(Device, WithoutACardEveryCallSaysSoAndNothingBreaks) {
    if (cuda::device_count() > 0) GTEST_SKIP() << "there is a CUDA device";
    void* memory = nullptr;
    EXPECT_NE(cuda::allocate(&memory, 16), Status::kOk);
    EXPECT_EQ(memory, nullptr);
    EXPECT_GT(std::strlen(cuda::last_error()), 0U);
}

TEST(DeviceCuda, NamesTheCard) {
    if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
    cuda::DeviceInfo info;
    ASSERT_EQ(cuda::device_info(0, &info), Status::kOk) << cuda::last_error();
    EXPECT_GT(std::strlen(info.name), 0U);
    EXPECT_GE(info.major, 8);
    EXPECT_GT(info.multiprocessors, 0);
    EXPECT_GT(info.total_bytes, info.free_bytes / 2);
}

}  // namespace
}  // namespace veritune::kernels
