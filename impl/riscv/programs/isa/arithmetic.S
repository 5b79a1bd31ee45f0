#include "test.h"
BEGIN
  CASE(1); li a0, 0x7fffffff; addi a0, a0, 1; EXPECT(a0, 0x80000000)
  CASE(2); li a0, -1; li a1, 1; sltu a2, a1, a0; slt a3, a1, a0; EXPECT(a2, 1); EXPECT(a3, 0)
  CASE(3); li a0, 0x80000000; srai a1, a0, 31; srli a2, a0, 31; EXPECT(a1, -1); EXPECT(a2, 1)
  CASE(4); li a0, 1; li a1, 33; sll a2, a0, a1; EXPECT(a2, 2)
  CASE(6); lui a0, 0xfffff; EXPECT(a0, 0xfffff000)
  CASE(7); addi x0, x0, 5; EXPECT(x0, 0)
  CASE(8); li a0, 0x80000000; li a1, -1; mulh a2, a0, a1; mulhu a3, a0, a1; mulhsu a4, a0, a1
  EXPECT(a2, 0); EXPECT(a3, 0x7fffffff); EXPECT(a4, 0x80000000)
  CASE(9); div a2, a0, a1; rem a3, a0, a1; EXPECT(a2, 0x80000000); EXPECT(a3, 0)
  CASE(10); li a0, -7; li a1, 2; div a2, a0, a1; rem a3, a0, a1; EXPECT(a2, -3); EXPECT(a3, -1)
  CASE(11); divu a2, a0, a1; remu a3, a0, a1; EXPECT(a2, 0x7ffffffc); EXPECT(a3, 1)
  CASE(12); div a2, a0, x0; rem a3, a0, x0; divu a4, a0, x0; remu a5, a0, x0
  EXPECT(a2, -1); EXPECT(a3, -7); EXPECT(a4, -1); EXPECT(a5, -7)
END
