// SPDX-License-Identifier: Apache-2.0
#include "core/engine/device_fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace veritune::engine {
namespace {

TEST(DeviceFault, OnlyMemoryIsRecoverable) {
    int retreats = 0;
    std::set<int> codes;
    for (const CudaFault& fault : cuda_faults()) {
        EXPECT_TRUE(codes.insert(fault.code).second) << fault.code;
        EXPECT_FALSE(fault.words.empty()) << fault.code;
        EXPECT_TRUE(fault.name.starts_with("cudaError")) << fault.code;
        retreats += fault.action == FaultAction::kRetreat ? 1 : 0;
    }
    EXPECT_EQ(retreats, 1);
    EXPECT_EQ(cuda_fault(2).action, FaultAction::kRetreat);
    for (const int sticky : {214, 700, 702, 710, 714, 715, 716, 717, 718, 719, 999}) {
        EXPECT_EQ(cuda_fault(sticky).action, FaultAction::kRestart) << sticky;
        EXPECT_FALSE(cuda_fault(sticky).name.empty()) << sticky;
    }
    EXPECT_EQ(cuda_fault(12345).action, FaultAction::kRestart) << "an unknown one is sticky";
}

TEST(DeviceFault, FindsTheErrorInAMessage) {
    const auto ours = cuda_fault_in(
        "gemm_q: an illegal memory access was encountered"
        " (cudaErrorIllegalAddress)");
    ASSERT_TRUE(ours);
    EXPECT_EQ(ours->code, 700);
    EXPECT_EQ(cuda_fault_in("alloc: out of memory (cudaErrorMemoryAllocation)")->code, 2);
    EXPECT_EQ(cuda_fault_in("x (cudaErrorOfTomorrow)")->action, FaultAction::kRestart);
    EXPECT_FALSE(cuda_fault_in("the tensor does not fit"));
    EXPECT_FALSE(cuda_fault_in(""));
}

TEST(DeviceFault, EveryClassOfXidHasWordsAndAnAction) {
    struct Case {
        int xid;
        FaultAction first;
        FaultAction again;
    };
    using enum FaultAction;
    for (const Case& c : {Case{13, kRestart, kStop},
                          {31, kRestart, kStop},
                          {43, kRestart, kStop},
                          {45, kRestart, kStop},
                          {48, kRestart, kStop},
                          {62, kStop, kStop},
                          {63, kRestart, kRestart},
                          {64, kRestart, kStop},
                          {79, kStop, kStop},
                          {94, kRestart, kRestart},
                          {95, kRestart, kStop},
                          {119, kStop, kStop},
                          {120, kStop, kStop}}) {
        const auto fault = xid_fault(c.xid);
        ASSERT_TRUE(fault) << c.xid;
        EXPECT_EQ(xid_action(*fault, 0), c.first) << c.xid;
        EXPECT_EQ(xid_action(*fault, 1), c.again) << c.xid;
        EXPECT_EQ(xid_action(*fault, 5), c.again) << c.xid;
        EXPECT_FALSE(fault->words.empty());
        EXPECT_FALSE(fault->next_step.empty());
    }
    EXPECT_FALSE(xid_fault(8)) << "not every number is a fault of ours";
    EXPECT_NE(std::string(xid_fault(79)->next_step).find("power"), std::string::npos);
}

}  // namespace
}  // namespace veritune::engine
