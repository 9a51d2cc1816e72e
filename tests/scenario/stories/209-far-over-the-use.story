title: Requests far over the use of the statute are an alarm for counsel, refused ones too; it stops nothing
covers: R22 F9
break: src/law/volume.c: return volume->rate[i].cited > (uint64_t)rate->per_year * rate->times; => return volume->rate[i].accepted > (uint64_t)rate->per_year * rate->times;
break: src/proc/proc_volume.c: if (e != ERR_OK || found) => if (e != ERR_OK)
counsel is to hear of 2 times the use of the statute
requests A, B, C and D for people who are on no roll
the batch comes in
0 alarms are open
a request E for MARIA LOPEZ
E states no delivery line
the batch comes in
E is refused with I2-B1-ADDRESS
1 alarm is open
a request F for JOSE RAMIREZ
the batch comes in
1 alarm is open
no batch waits for counsel
two reviewers approve
the answer day comes
the release is run
F's address leaves and nobody else's
counsel has noted the alarm
0 alarms are open
a request G for LUZ HERRERA
the batch comes in
1 alarm is open
