// SPDX-License-Identifier: GPL-2.0
/* What a process has to be allowed before it gets rights to the VM of another one. */
#include "vm_rights.h"

/* What these show of a guest, its VMM has in its own memory and in its devices. */
#define VM_RIGHTS_INSIDE	(VMH_RIGHT_DEBUG | VMH_RIGHT_MEMORY)

u32 vm_rights_traced(u32 wanted, bool shared_user, bool admin)
{
	if (shared_user && !admin)
		return wanted;
	return wanted & VM_RIGHTS_INSIDE;
}
