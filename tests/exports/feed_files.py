"""Two small packages: a D2L one with graphs, several terms and courses, and a CircleIn one."""

from __future__ import annotations

ORGS = (
    "type,action,code,name,start_date,end_date,is_active,department_code,template_code,semester_code,offering_code,"
    "custom_code,discover"
)
USERS = (
    "type,action,username,org_defined_id,first_name,last_name,password,is_active,role_name,email,relationships,"
    "pref_first_name,pref_last_name,sort_last_name,pronouns"
)
COURSES = (
    "Unique Course/Section Identifier,Term,Session,Subject/Department,Catalog Number,Section Name,Full Course Name,"
    "Enrollment Count,Term Length,Start Date,End Date,Status"
)
# An offering with two semesters and three parents of each kind that it can have.
D2L = {
    "01-Other.csv": f"""{ORGS}
organization,UPDATE,ORG-N,"North, by the sea",,,,,,,,,
organization,UPDATE,SCI,Faculté des Sciences,,,,,,,,ORG-N,
organization,UPDATE,ART,Kunst und Co,,,,,,,,ORG-N,
""",
    "02-Departments.csv": f"""{ORGS}
department,UPDATE,BIO,Biology,,,,,,,,SCI,
department,UPDATE,DAT,Data Studies,,,,,,,,SCI|ART,
""",
    "03-Semesters.csv": f"""{ORGS}
semester,UPDATE,27A,Autumn 2027,,,,,,,,,
semester,UPDATE,28S,Spring 2028,,,,,,,,ORG-N,
""",
    "04-Templates.csv": f"""{ORGS}
course template,UPDATE,BIO110,Cell Biology,,,,BIO|DAT,,,,ORG-N|SCI,
course template,UPDATE,DAT200,Statistics for all,,,,DAT,,,,,
course template,UPDATE,ART015,Drawing,,,,,,,,,
""",
    "05-Offerings.csv": f"""{ORGS}
course offering,UPDATE,OFF-1,Cells and numbers,2027-09-06,2028-01-31T17:30:00.000,1,,BIO110|DAT200|ART015,27A|28S,,SCI|ART|ORG-N,1
course offering,UPDATE,OFF-2,Drawing,,,0,,ART015,28S,,,0
""",
    "06-Sections.csv": f"""{ORGS}
course section,UPDATE,SEC-1,Group 1,,,,,,,OFF-1,,
course section,UPDATE,SEC-2,Group 2,,,,,,,OFF-1,,
""",
    "07-Users.csv": f"""{USERS}
user,UPDATE,h.oduya,P-1,Hanna,O'Duya,,1,Parent,h.oduya@example.edu,,,,,
user,UPDATE,d.achebe,T-1,Dayo,"Achebe, ""Dr."" D.",,1,Teacher,d.achebe@example.edu,,,,Achebe,she/her
user,UPDATE,k.oduya,S-1,Kwame,Oduya | Jr.,,1,Student,k.oduya@example.edu,Parent:P-1|Auditor:T-1,Kay,,,
""",
    "08-Enrollments.csv": """type,action,child_code,role_name,parent_code
enrollment,UPDATE,S-1,Student,SEC-1
enrollment,UPDATE,T-1,Teacher,SEC-1
enrollment,UPDATE,T-1,Teacher,BIO
enrollment,UPDATE,T-1,Teacher,27A
enrollment,UPDATE,S-1,Student,OFF-2
""",
    "manifest.json": '{"version": "3.0"}',
}
CIRCLEIN = {
    "Courses.csv": f"""{COURSES}
27A-BIO110-01,27A,1,BIO,110,01,Cell Biology,0,0,2027-09-06,2027-12-17,Available
27A-DAT200-02,27A,1,DAT,200,02,"Statistics, Applied",0,0,09/06/2027,12.17.2027,Available
27A-ART015-01,28S,2,ART,015,01,"Drawing ""From"" Life",0,0,2027/10/25,2027/12/17,Available
""",
    "Users.csv": """Unique User Identifier,First Name,Last Name,Email,Status
70021,Kwame,Oduya,k.oduya@example.edu,Active
70044,Léna,Brandt,l.brandt@example.edu,Active
""",
    "Enrollments.csv": """Unique Course/Section Identifier,Term,Role,Unique User Identifier,First Name,Last Name,Email,Status
27A-BIO110-01,27A,student,70021,,,,Active
27A-BIO110-01,27A,faculty,0412,Marit,ter Avest,m.teravest@example.edu,Active
27A-BIO110-01,27A,SI Leader,70044,,,,Active
none,none,admin,1015,Dayo,Achebe,d.achebe@example.edu,Active
""",
}  # fmt: skip
