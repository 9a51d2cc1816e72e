title: More of one day under one officer than the agreement lets through waits for counsel, whichever batch they come in
covers: R22 R11 F5
break: src/store/store_sql.def: WHERE batch IN (SELECT n FROM batch WHERE agreement = ?2 AND"\n\t" today = ?3) AND answer <> 4 => WHERE batch = ?1 AND (?2 = ?2 OR"\n\t" ?3 = ?3) AND answer <> 4
the agreement lets 2 of a day under one officer through before counsel looks
requests A, B and C for people who are on no roll
C name officer PARK
the batch comes in
no batch waits for counsel
a request D for MARIA LOPEZ
the batch comes in
D is accepted
the batch waits for counsel
nobody was looked up for D
1 day passes
a request E for JOSE RAMIREZ
the batch comes in
two reviewers approve
the answer day comes
the release is run
E's address leaves and nobody else's
